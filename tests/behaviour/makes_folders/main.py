"""Tasks that each see to it that a folder is there, and copy a file into it."""

import asyncio
import os
import shutil
from pathlib import Path

SOURCE = Path("source.txt")


def prepare(folder):
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
    with open(SOURCE, encoding="utf-8") as source:
        first = source.readline()
    shutil.copy2(SOURCE, folder / "copy.txt")
    return first


def prepare_by_name(folder):
    folder = os.path.abspath(folder)
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
    return sorted(os.listdir(folder))


async def take(number):
    await asyncio.sleep(0)
    folder = Path("made") / str(number % 3)
    first = prepare(folder)
    return first.strip(), prepare_by_name(str(folder))


async def main():
    SOURCE.write_text("one\ntwo\n")
    print(await asyncio.gather(*(take(number) for number in range(9))))


asyncio.run(main())
