"""StopIteration comes out of functions that read files: it can leave neither a coroutine nor a thread."""

import asyncio
from pathlib import Path

PARTS = Path(__file__).parent / "parts"


class Spool:
    def __init__(self) -> None:
        self.position = 0

    def take(self) -> str:
        try:
            with open(PARTS / f"{self.position}.part", encoding="utf-8") as part:
                text = part.read()
        except FileNotFoundError:
            raise StopIteration from None
        self.position += 1
        return text

    def first(self, *wanted: str) -> str:
        return next(word for word in self.words() if word in wanted)

    def words(self) -> list[str]:
        self.position += 1
        return (PARTS / "0.part").read_text(encoding="utf-8").split()


def of(spool: Spool, *wanted: str) -> str:
    spool.position += 1
    return spool.first(*wanted)


class Feed:
    def __init__(self, spool: Spool) -> None:
        self.spool = spool

    def __aiter__(self) -> "Feed":
        return self

    async def __anext__(self) -> str:
        try:
            return self.spool.take()
        except StopIteration:
            raise StopAsyncIteration from None


async def search(spool: Spool, *wanted: str) -> None:
    try:
        print("found", of(spool, *wanted), spool.position)
    except StopIteration:
        print("nothing", spool.position)


async def main() -> None:
    spool = Spool()
    async for text in Feed(spool):
        print("part", text)
    await asyncio.gather(search(spool, "none"), search(spool, "part"))


asyncio.run(main())
