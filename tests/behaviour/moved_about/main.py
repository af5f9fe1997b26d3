"""The working folder changes while the loop runs: a thread would open a file in another folder, or start a program there."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path


@contextlib.contextmanager
def inside(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


class Build:
    def __init__(self, name: str) -> None:
        self.name = name

    def run(self) -> str:
        with inside(self.name):
            Path("log.txt").write_text(self.name)
            return Path("log.txt").read_text()


async def build(name: str) -> str:
    await asyncio.sleep(0)
    return Build(name).run()


async def watch(seen: set) -> None:
    while True:
        with open("VERSION") as file:
            seen.add(file.read())
        await asyncio.sleep(0)


async def main() -> None:
    seen: set[str] = set()
    watching = asyncio.create_task(watch(seen))
    print(await asyncio.gather(*(build(name) for name in ("a", "b", "c"))))
    watching.cancel()
    print(seen)


os.chdir(tempfile.mkdtemp())
Path("VERSION").write_text("1")
for name in ("a", "b", "c"):
    os.mkdir(name)
asyncio.run(main())
