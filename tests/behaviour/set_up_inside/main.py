"""A `setup.py` inside a package does not make it a folder that imports start from."""

import asyncio

from shop.acp.server import session


async def main():
    await asyncio.gather(*(session(f"{name}.json", name) for name in "xy"))


asyncio.run(main())
