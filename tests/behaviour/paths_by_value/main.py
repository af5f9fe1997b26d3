"""Paths that are looked at and then changed, each time by another name for the same file."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path


async def drop(target: Path):
    if not target.exists():
        return
    if target.is_dir():
        shutil.rmtree(str(target))
    else:
        os.remove(os.fspath(target))


async def ensure(root, name):
    folder = os.path.join(root, name)
    if os.path.exists(folder):
        return
    os.mkdir(os.path.join(root, name))


async def rotate(root):
    log = root + "/log"
    if os.path.exists(log):
        os.rename(root + "/log", root + "/log.1")




async def main():
    for _ in range(30):
        root = tempfile.mkdtemp()
        await asyncio.gather(*(ensure(root, "a") for _ in range(4)))
        await asyncio.gather(*(drop(Path(root) / "a") for _ in range(4)))
        with open(root + "/log", "w") as log:
            log.write("x")
        await asyncio.gather(*(rotate(root) for _ in range(4)))
        shutil.rmtree(root)
    print("whole")


asyncio.run(main())
