"""Tallies that are read while tasks may be at work on them."""

import asyncio
from pathlib import Path


class Line:
    """Packs things; what it has begun is packed before anybody looks."""

    def __init__(self):
        self.begun = []
        self.packed = []

    def pack(self, thing):
        if thing in self.packed:
            return
        self.begun.append(thing)
        Path(f"{thing}.txt").write_text(thing * 1000)
        if thing == "glass":
            raise ValueError(thing)
        self.packed.append(thing)

    def difference(self):
        return len(self.begun) - len(self.packed)


async def pack(line, thing):
    await asyncio.sleep(0)
    line.pack(thing)


async def impatient(line):
    tasks = [asyncio.create_task(pack(line, thing)) for thing in ("tin", "box")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(line.begun == line.packed)
    await asyncio.gather(*tasks)


async def careless(line):
    try:
        await asyncio.gather(pack(line, "glass"), pack(line, "jar"), pack(line, "jug"))
    except ValueError as error:
        await asyncio.sleep(0)
        print(error, line.difference())


async def main():
    await impatient(Line())
    await careless(Line())


Line().pack("before the loop")
asyncio.run(main())
