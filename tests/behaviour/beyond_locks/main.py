"""State that a lock would not keep: others see what is in between, change it meanwhile, or hold what somebody waits for."""

import asyncio

from watched import Gauge, Pair, Pooled, Shelf, Stock


async def watch(shelf):
    items, seen = shelf.all(), []
    for _ in range(3):
        seen.append(len(items))
        await asyncio.sleep(0)
    return seen


async def main():
    gauge = Gauge()
    print(await asyncio.gather(gauge.measure(), gauge.seen(), gauge.measure()))
    stock = Stock()
    asyncio.get_running_loop().call_soon(stock.refill)
    print(await asyncio.gather(stock.take(2), stock.take(3), stock.take(1)), stock.left)
    shelf = Shelf()
    print(await asyncio.gather(watch(shelf), shelf.put("a"), shelf.put("b"), shelf.put("a")), shelf.all())
    pair = Pair()
    print(await asyncio.gather(pair.next(), pair.next(), pair.next()))
    pooled = Pooled()
    print(await asyncio.gather(pooled.next(), pooled.next()))


asyncio.run(main())
