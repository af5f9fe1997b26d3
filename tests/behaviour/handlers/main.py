"""Handlers of events: what blocks among them becomes a coroutine function, and what calls them awaits those."""

import asyncio

from bus import Bus
from handlers import HEARD, Limit, Shelf, wire


async def send(bus, name, amount):
    told = bus.tell("came", name=name, amount=amount)
    return f"{name} {told}"


async def main():
    bus, shelf = Bus(), Shelf()
    wire(bus, shelf)
    print(await send(bus, "ink", 3), await send(bus, "nibs", 0), await send(bus, "paper", 9))
    print(await send(bus, "ink", 4))
    print(shelf.amounts, HEARD, bus.count, bus.failed)


asyncio.run(main())
