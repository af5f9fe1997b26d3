"""Generators that keep a lock file, and save what was changed, around code that awaits: threads enter and leave them."""

import asyncio
import os
import tempfile
from contextlib import contextmanager


@contextmanager
def held(folder, who):
    lock = os.path.join(folder, f"{who}.lock")
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        with open(lock) as file:
            raise RuntimeError(f"held by {file.read()}") from None
    with os.fdopen(handle, "w") as file:
        file.write(who)
    try:
        yield
    finally:
        os.unlink(lock)


@contextmanager
def edited(folder, who):
    path = os.path.join(folder, who)
    with held(folder, who):
        lines = []
        if os.path.exists(path):
            with open(path) as file:
                lines = file.read().split()
        yield lines
        with open(path, "w") as file:
            file.write(" ".join(lines))


async def note(folder, who):
    for number in range(3):
        with edited(folder, who) as lines:
            lines.append(str(number))
            await asyncio.sleep(0)


async def main(folder):
    await asyncio.gather(*(note(folder, who) for who in ("ann", "bob", "cy")))
    with open(os.path.join(folder, "bob")) as file:
        print(file.read(), sorted(os.listdir(folder)))


with tempfile.TemporaryDirectory() as path:
    asyncio.run(main(path))
