"""Functions that reach the loop through what they are handed to, in another module."""

import asyncio
import tempfile
from pathlib import Path

from hooks import Bus, Poller, pipeline, register, run, table

FOLDER = Path(tempfile.mkdtemp())
(FOLDER / "a").write_text("alpha beta")


def fetch():
    return (FOLDER / "a").read_text()


def greet(event):
    return f"{event} {len((FOLDER / 'a').read_text())}"


def close(event):
    with open(FOLDER / "a") as file:
        return f"{event} {file.readline()}"


def words(name):
    return (FOLDER / name).read_text().split()


def size(name):
    with open(FOLDER / name) as file:
        return len(file.read())


register("words", words)


async def main():
    print(await Poller(fetch).poll())
    bus = Bus()
    bus.on("open", greet)
    bus.on("open", close)
    print(await bus.emit("open"), await bus.last("shut"))
    print(run("words", "a"), run("other", "a"))
    print(pipeline(words, sorted, len)("a"))
    print(table(a=size))


asyncio.run(main())
