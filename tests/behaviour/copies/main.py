"""A yard whose ferries are called in while others come and go: loops go through what tasks share."""

import asyncio

from yard import Yard


async def caller(yard, name):
    await asyncio.sleep(0)
    return yard.dock(name)


async def clerk(yard, name):
    await asyncio.sleep(0)
    return yard.ferry(name).stop()


async def rounds(yard):
    for name in ("lark", "finch"):
        yard.pilots.append(name)
        await asyncio.sleep(0)
    return yard.pilots


async def sweep(yard):
    return yard.take_out()


async def main():
    yard = Yard()
    docked = await asyncio.gather(*(caller(yard, name) for name in ("swan", "heron", "coot")))
    print(sorted(docked), await rounds(yard))
    print(sorted(yard.call_all().items()))
    print(await asyncio.gather(clerk(yard, "coot"), clerk(yard, "swan")))
    print(yard.log_all(), await sweep(yard), yard.pilots, sorted(yard.ferries))


asyncio.run(main())
