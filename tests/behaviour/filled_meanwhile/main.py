"""Lists that a function goes through while it writes files, and that tasks may fill meanwhile."""

import asyncio
from pathlib import Path


class Shelf:
    def __init__(self, name: str) -> None:
        self.path = Path(f"{name}.txt")
        self.pages: list[str] = []

    async def page(self, text: str) -> None:
        await asyncio.sleep(0)
        if text == "bad":
            raise ValueError(text)
        await asyncio.sleep(0)
        self.pages.append(text)

    def index(self) -> int:
        with open(self.path, "w") as index:
            for page in self.pages:
                index.write(page + "\n")
        return len(self.pages)


class Careless(Shelf):
    """The pages go on when one of them was bad."""

    async def book(self) -> int:
        self.pages.clear()
        try:
            await asyncio.gather(*(self.page(text) for text in ("a", "bad", "b")))
        except ValueError:
            pass
        return self.index()


class Hasty(Shelf):
    """Some pages are in tasks that nobody waits for."""

    async def book(self) -> int:
        self.pages.clear()
        pages = [self.page(text) for text in "abc"]
        asyncio.ensure_future(pages.pop())
        await asyncio.gather(*pages, return_exceptions=True)
        return self.index()


class Crowded(Shelf):
    """Two books are made at once."""

    async def book(self) -> int:
        self.pages.clear()
        await asyncio.gather(*[self.page(text) for text in "abc"], return_exceptions=True)
        return self.index()


async def main() -> None:
    for _ in range(2):
        print(await Careless("careless").book())
        print(await Hasty("hasty").book())
    crowded = Crowded("crowded")
    print(await asyncio.gather(crowded.book(), crowded.book()))
    print(len(crowded.pages))


asyncio.run(main())
