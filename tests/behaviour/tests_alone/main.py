"""What tests do by themselves stays as it is; what they call of the program follows it."""

import asyncio

from readings import latest, stored


async def main():
    print(await asyncio.gather(report("north"), report("south")))


async def report(station):
    return f"{station} {latest(station)} {len(stored(__file__)) > 0}"


asyncio.run(main())
