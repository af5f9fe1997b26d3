"""Notes whose properties read the disk."""

import asyncio
from functools import cached_property
from pathlib import Path


class Note:
    read = 0

    def __init__(self, path):
        self.path = Path(path)

    @property
    def text(self):
        return self.path.read_text()

    @property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def title(self):
        type(self).read += 1
        return self.lines[0]


async def show(note):
    await asyncio.sleep(0)
    return f"{note.text[:3]} {note.title} {len(note.lines)}"


async def lines(note):
    found = []
    for line in note.lines:
        await asyncio.sleep(0)
        found.append(line)
    if note.text.endswith("x"):
        found.append("x")
    return {"title": note.title, "lines": found}


async def main():
    note = Note("note.txt")
    note.path.write_text("head\nsecond\nthird\n")
    print(await asyncio.gather(show(note), lines(note), show(note)))
    print(Note.read)


if __name__ == "__main__":
    asyncio.run(main())
