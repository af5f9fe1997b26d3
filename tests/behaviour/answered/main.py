import asyncio
import time
from pathlib import Path

from signals import Hub, View

hub = Hub()
FOLDER = Path("notes")
SEEN = {}


def read(name: str) -> str:
    return (FOLDER / name).read_text()


@hub.on("read")
def read_it(name: str) -> str:
    return read(name).upper()


# The event has the name of the function.
@hub.on("count")
def count(name: str) -> int:
    seen = SEEN.get(name, 0)
    length = len(read(name))
    SEEN[name] = seen + 1
    return length


@hub.on("both")
def both(name: str) -> str:
    return f"{read_it(name)} {count(name)}"


def tick() -> None:
    time.sleep(0.01)
    print("tick", (FOLDER / "a").exists())


def once() -> None:
    print("once", read("a"))


class Page(View):
    def ready(self) -> bool:
        return (FOLDER / "a").exists()

    def on_show(self, name: str) -> None:
        print("shows", read(name))

    def get(self, name: str) -> str:
        return self.text(name)

    def text(self, name: str) -> str:
        if name == "none":
            raise KeyError(name)
        return f"page {read(name)}"


class Loud(Page):
    def get(self, name: str) -> str:
        return super().get(name) + "!"


async def main() -> None:
    hub.every(2, tick)
    hub.once(once)
    await hub.run()
    print(await hub.emit("read", "a"), await hub.emit("both", "b"), SEEN)
    print(await asyncio.gather(*[hub.emit("count", "a") for _ in range(3)]), SEEN)
    print(await Page().show("a"), await Loud().show("b"))
    try:
        await Page().show("none")
    except (KeyError, FileNotFoundError) as error:
        print(type(error).__name__)


FOLDER.mkdir(exist_ok=True)
for name, text in {"a": "one", "b": "three"}.items():
    (FOLDER / name).write_text(text)
asyncio.run(main())
