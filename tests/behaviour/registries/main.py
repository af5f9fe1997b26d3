import asyncio
from dataclasses import dataclass
from pathlib import Path

from bus import Bus, Jobs

bus = Bus()
jobs = Jobs()
OWN = Path(__file__)


@jobs.job
def title(upper: bool) -> str:
    text = OWN.read_text().splitlines()[0]
    return text.upper() if upper else text


@bus.on("read")
def read(text: str) -> str:
    return OWN.read_text()[:6] + text


@bus.on("shout")
def shout(text: str) -> str:
    return text.upper()


class Label:
    @property
    def text(self) -> str:
        return self._text

    @text.setter
    def text(self, value: str) -> None:
        self._text = value + OWN.read_text()[:6]


@dataclass
class Header:
    path: Path

    def __post_init__(self) -> None:
        self.first = self.path.read_text()[:6]


class Plain:
    def __init__(self) -> None:
        self.size = len(OWN.read_text())


class Wide(Plain):
    pass


KINDS = {"plain": Plain, "wide": Wide}


async def deliver() -> None:
    done = asyncio.Event()
    # An event belongs to the loop: `deliver` must not go to a thread as a whole.
    bus.on_done = lambda reply: done.set()
    print(bus.deliver("read", "!"))
    await asyncio.wait_for(done.wait(), 1)
    print(bus.deliver("shout", "loud"))


async def run() -> None:
    print(jobs.jobs["title"](True))
    print(jobs.jobs.get("title")(False))


async def label() -> None:
    label = Label()
    label.text = "a "
    print(label.text, Header(OWN).first)


async def sizes(kind: str) -> None:
    maker = Wide if kind == "wide" else Plain
    print(KINDS[kind]().size == maker().size)


async def main() -> None:
    await deliver()
    await run()
    await label()
    await sizes("wide")


asyncio.run(main())
