"""What reads a file stays on the loop, and what writes it with it: both are given its name."""

import asyncio
from pathlib import Path

SIZE = 3_000_000


class Store:
    def __init__(self, base):
        self.base = base

    async def upload(self, name, content):
        with open(self.base / name, "wb") as f:
            f.write(content)

    async def download(self, name):
        with open(self.base / name, "rb") as f:
            return f.read()


async def main():
    store, short = Store(Path(".")), 0
    await store.upload("a", b"x" * SIZE)

    async def reader():
        nonlocal short
        for _ in range(40):
            short += len(await store.download("a")) != SIZE
            await asyncio.sleep(0)

    async def writer():
        for _ in range(40):
            await store.upload("a", b"x" * SIZE)
            await asyncio.sleep(0)

    await asyncio.gather(reader(), writer(), reader())
    print(short)


asyncio.run(main())
