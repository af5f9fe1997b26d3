import asyncio

from .light import Lamp


class Rats(Exception):
    pass


async def count(things):
    await asyncio.sleep(0)
    return len(things)


async def fetch(things):
    lamp = Lamp("cellar")
    try:
        with lamp as light:
            await asyncio.sleep(0)
            if things == "rats":
                raise Rats
            return things, await count(things), light.times
    except Rats:
        return "run", lamp.times
