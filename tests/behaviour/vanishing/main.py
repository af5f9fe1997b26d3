"""Files that one task finds and uses, and another one takes away: who has found one, uses it before the other comes."""

import asyncio
from pathlib import Path

FOLDER = Path("store")


def load(key):
    path = FOLDER / key
    if path.exists():
        return path.read_text()
    return None


async def get(key):
    await asyncio.sleep(0)
    return load(key)


async def look(key):
    path = FOLDER / key
    await asyncio.sleep(0)
    if path.exists():
        return path.read_text()
    return "none"


async def drop(key):
    await asyncio.sleep(0)
    path = FOLDER / key
    if path.exists():
        path.unlink()
        return True
    return False


async def put(key, text):
    await asyncio.sleep(0)
    (FOLDER / key).write_text(text)


async def main():
    FOLDER.mkdir(exist_ok=True)
    seen, dropped = set(), []
    for number in range(60):
        await put("a", "x" * number)
        lookers = asyncio.gather(*(look("a") for _ in range(4)), get("a"), look("a"), return_exceptions=True)
        dropped.append(sum(await asyncio.gather(drop("a"), drop("a"))))
        seen |= {type(found).__name__ for found in await lookers} - {"NoneType"}
    print(sorted(seen), set(dropped))


asyncio.run(main())
