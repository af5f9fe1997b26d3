"""A house whose modules need the same helpers: each is there once."""

import asyncio

from house.cellar import fetch
from house.kitchen import cook
from house.light import Lamp


async def main():
    print(await asyncio.gather(fetch("apples"), cook("soup", "salt"), fetch("rats")))
    print(await cook("stew"))


with Lamp("hall") as lamp:
    print(lamp.times)
asyncio.run(main())
