"""Lists that functions go through, for coroutines that go on where they were cancelled."""

import asyncio
from pathlib import Path


class Shelf:
    def __init__(self, name: str) -> None:
        self.path = Path(f"{name}.txt")
        self.pages: list[str] = []

    def index(self) -> None:
        with open(self.path, "w") as index:
            for page in self.pages:
                index.write(page + "\n")

    async def book(self, number: int) -> None:
        self.pages.clear()
        await asyncio.sleep(0)
        self.pages.extend(f"{number} {line}" for line in range(3))
        await asyncio.sleep(0)
        self.index()


class Draft:
    """Lines that are dropped at the end, also when that comes early."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def save(self) -> None:
        with open("draft.txt", "w") as draft:
            for line in self.lines:
                draft.write(line + "\n")

    async def finish(self) -> None:
        self.lines.append("last")
        await asyncio.sleep(0)
        try:
            self.save()
        finally:
            await asyncio.sleep(0)
            self.lines.clear()


async def books(shelf: Shelf) -> None:
    for number in range(3):
        try:
            await shelf.book(number)
        except asyncio.CancelledError:
            print("cancelled", number)


async def main() -> None:
    shelf = Shelf("shelf")
    task = asyncio.create_task(books(shelf))
    await asyncio.sleep(0)
    task.cancel()
    await task
    drafts = [Draft()]
    await drafts[0].finish()
    print(shelf.pages)


asyncio.run(main())
print(Path("shelf.txt").read_text(), Path("draft.txt").read_text())
