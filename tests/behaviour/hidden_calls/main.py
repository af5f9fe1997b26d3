import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from parts import KINDS, App, Column, Forward, Opened, Plugin, Reader, Remote, Timed, first_word, register


@dataclass
class Command:
    name: str
    run: Callable[[], str]


class Step(NamedTuple):
    name: str
    action: Callable[[], str]


COMMANDS = [Command("word", first_word), Command("fixed", lambda: "fixed")]
STEPS = {"word": Step("word", action=first_word)}


@dataclass
class Document:
    number: int
    title: str = field(default_factory=first_word)


@register("small")
class Small:
    def work(self) -> str:
        return first_word()


@register("large")
class Large:
    def work(self) -> str:
        return first_word() * 2


class Export(Plugin, name="export"):
    def start(self) -> str:
        return first_word()


class Record:
    def read_title(self) -> str:
        return first_word()

    title = property(read_title)
    size = property(lambda self: len(first_word()))
    column = Column()

    @property
    def cover(self) -> str:
        raise AttributeError(first_word())

    @property
    def pages(self) -> int:
        return len(first_word())


class Leaflet(Record):
    pages = 1


class Conf:
    def __init__(self, suffix: str) -> None:
        self.text = first_word() + suffix


@Timed()
def work() -> str:
    return "worked"


async def fields() -> None:
    for command in tuple(COMMANDS):
        print(command.name, command.run())
    print(STEPS["word"].action())


async def makers(kind: str) -> None:
    print(Document(1).title, Document(2, "given").title)
    words = defaultdict(first_word)
    print(words[kind])
    print([conf.text for conf in map(Conf, "ab")])


async def registered(kind: str) -> None:
    print(KINDS[kind]().work())
    print(Plugin.make("export").start())


async def stand_ins() -> None:
    reader = Forward(Reader())
    print(reader.name, reader.read())
    print(Remote().upper("!"))


async def attributes() -> None:
    record = Record()
    print(record.title, record.size, record.column)


async def named_attributes() -> None:
    record = Record()
    if hasattr(record, "cover"):
        print("covered")
    print(getattr(record, "cover", "bare"), getattr(record, "pages"), getattr(record, "column", None))
    print([getattr(each, "title") for each in (record, Leaflet()) if hasattr(each, "size")])
    print(getattr(Leaflet(), "pages", 0))


async def managers() -> None:
    print(work())
    async with AsyncExitStack() as stack:
        print(stack.enter_context(Opened()))


async def routes() -> None:
    app = App()
    app.add("/", first_word)
    print(app.routes[0].handler())


async def main() -> None:
    for part in (fields(), makers("a"), registered("small"), registered("large"), stand_ins(), attributes(), named_attributes(), managers(), routes()):
        await asyncio.gather(part, asyncio.sleep(0))


asyncio.run(main())
