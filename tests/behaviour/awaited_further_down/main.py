"""What a coroutine awaits begins at once: what is set in front of it, it still finds."""

import asyncio
import time
from pathlib import Path


class Settings:
    name = ""
    seen = 0


SETTINGS = Settings()


def load():
    return Path(SETTINGS.name).read_text()


def make(folder):
    Path(folder).mkdir(parents=True, exist_ok=True)


async def work(name):
    SETTINGS.name = name
    make("out/" + name)
    return load()


async def stored(name):
    """It awaits one that awaits."""
    SETTINGS.name = name
    time.sleep(0.002)
    return await deeper()


async def deeper():
    return await deepest() + "!"


async def deepest():
    name = SETTINGS.name
    await asyncio.sleep(0)
    return name


async def counted():
    """What the awaited one leaves is there when it is over."""
    await count()
    time.sleep(0.002)
    return SETTINGS.seen


async def count():
    await asyncio.sleep(0)
    SETTINGS.seen += 1


async def freed(name):
    """The loop was given back in between."""
    SETTINGS.name = name
    await asyncio.sleep(0)
    time.sleep(0.002)
    return await deeper()


async def main():
    for name in "abc":
        Path(name).write_text("text of " + name)
    print(await asyncio.gather(*(work(name) for name in "abc")))
    print(await asyncio.gather(*(stored(name) for name in "abc")))
    print(await asyncio.gather(*(counted() for _ in "abc")))
    print(await asyncio.gather(*(freed(name) for name in "abc")))


asyncio.run(main())
