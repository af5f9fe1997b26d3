"""Names that a part of a coroutine binds: some are read behind it, in the next round of a loop or by a function, some nowhere."""

import asyncio
from pathlib import Path


async def before(folder, files):
    seen = []
    for name in files:
        target = folder / name
        seen.append(target.name)
    await asyncio.sleep(0)
    for name, text in files.items():
        target = folder / name
        target.write_text(text)
        seen.append(target.read_text())
    await asyncio.sleep(0)
    return seen


async def by_a_function(folder):
    latest = "none"

    def tell():
        return latest

    await asyncio.sleep(0)
    for path in sorted(folder.iterdir()):
        latest = path.read_text()
    await asyncio.sleep(0)
    return tell()


async def in_the_next_round(folder):
    last, told = "", []
    for turn in range(2):
        told.append(last)
        await asyncio.sleep(0)
        for path in sorted(folder.iterdir()):
            last = f"{turn} {path.read_text()}"
    return told


async def added(folder, total):
    print("from", total)
    await asyncio.sleep(0)
    for path in sorted(folder.iterdir()):
        total += len(path.read_text())
        print("now", total)
    await asyncio.sleep(0)


async def perhaps(folder, text):
    await asyncio.sleep(0)
    for path in sorted(folder.iterdir()):
        if path.name == "b":
            text = path.read_text()
        print(path.name, text)
    await asyncio.sleep(0)


async def main():
    folder = Path("own_names")
    folder.mkdir(exist_ok=True)
    print(await before(folder, {"a": "first", "b": "second"}))
    print(await by_a_function(folder))
    print(await in_the_next_round(folder))
    await added(folder, 1)
    await perhaps(folder, "?")


asyncio.run(main())
