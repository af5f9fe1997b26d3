"""What comes out of a pool, and what functions of a table are given."""

import asyncio

from workers import ACTIONS, Pool


async def first(pool):
    with pool.lent() as worker:
        return worker.wait()


async def each(pool):
    seen = []
    for name in ("ended", "told", "untouched"):
        with pool.lent() as worker:
            act = ACTIONS[name]
            seen.append(act(worker))
    with pool.lent() as worker:
        seen.append(ACTIONS.get("ended")(worker))
    return seen


async def main():
    pool = await asyncio.to_thread(Pool().fill, 1, 2, 3, 4, 5)
    print(await first(pool))
    print(await each(pool))
    print(pool.last())


asyncio.run(main())
