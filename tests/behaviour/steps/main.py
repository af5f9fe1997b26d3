"""Loops over lazy things and `with` blocks, around code that awaits: each step, each way in and out goes to a thread."""

import asyncio
import contextlib
import os
import tempfile
import time
from pathlib import Path

FOLDER = tempfile.mkdtemp()
for name in ("a/one.txt", "a/skip/two.txt", "b/three.txt"):
    path = Path(FOLDER, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)


def numbered(count):
    """Blocks for each item, and says when it goes on."""
    try:
        for number in range(count):
            time.sleep(0.06)
            print("  makes", number)
            yield number
    finally:
        print("  ends")


class Log:
    """Opened by its `with`; swallows KeyErrors."""

    def __init__(self, path):
        self.path = path
        self.lines = 0

    def __enter__(self):
        self.file = open(self.path, "a")
        return self

    def __exit__(self, kind, error, traceback):
        with open(self.path, "a") as file:
            file.write(f"closed after {kind.__name__ if kind else 'nothing'}\n")
        self.file.close()
        return kind is KeyError


@contextlib.contextmanager
def working(text):
    with open(Path(FOLDER, "work"), "w") as file:
        file.write(text)
    try:
        yield len(text)
    finally:
        Path(FOLDER, "work").unlink()


async def walk(queue):
    seen = []
    for folder, folders, names in os.walk(FOLDER):
        folders[:] = sorted(name for name in folders if name != "skip")
        await queue.put(folder)
        seen.extend(sorted(names))
    return seen


async def closed(queue):
    try:
        for item in numbered(3):
            await queue.put(item)
            if item == 1:
                raise ValueError(item)
    except ValueError as error:
        print("stopped at", error)
    for outer in numbered(2):
        for inner in numbered(2):
            await queue.put((outer, inner))
            print("  pair", outer, inner)


async def loops(queue):
    for number, item in enumerate(numbered(3), 5):
        if number == 6:
            continue
        await queue.put(item)
    else:
        print("all", number, item)
    for item in numbered(5):
        await asyncio.sleep(0)
        if item == 1:
            break
    else:
        print("never")
    return item


async def enters(path):
    with Log(path) as log:
        await asyncio.sleep(0)
        log.lines += 1
    with Log(path):
        await asyncio.sleep(0)
        raise KeyError("swallowed")
    try:
        with Log(path):
            await asyncio.sleep(0)
            raise ValueError("goes on")
    except ValueError as error:
        print("caught", error)
    with working("busy") as size:
        await asyncio.sleep(0)
        return log.lines, size


async def main():
    queue = asyncio.Queue()
    print(await walk(queue), queue.qsize())
    print(await loops(queue), queue.qsize())
    await closed(queue)
    print(await enters(Path(FOLDER, "log")))


asyncio.run(main())
print(Path(FOLDER, "log").read_text().splitlines(), Path(FOLDER, "work").exists())
