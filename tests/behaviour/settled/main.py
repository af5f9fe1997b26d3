"""Depots that tasks fill, and whose tallies are read once the tasks are done."""

import asyncio
from pathlib import Path

from depot import Depot


async def bring(depot: Depot, name: str, text: str) -> bool:
    await asyncio.sleep(0)
    return depot.take(name, text)


async def bring_all(depot: Depot, names: list[str]) -> None:
    await asyncio.gather(*(bring(depot, name, name[0]) for name in names))


async def carrier(depot: Depot, orders: asyncio.Queue, log: list[str]) -> None:
    while True:
        name = await orders.get()
        try:
            log.append(f"{name} {depot.take(name, name[-1])}")
        finally:
            orders.task_done()


async def side_by_side(depot: Depot) -> None:
    await bring_all(depot, ["ash", "beech", "birch"])
    print(depot.tally.taken, depot.tally.refused, sorted(depot.known.values()))
    async with asyncio.TaskGroup() as group:
        for name in ("cedar", "alder"):
            group.create_task(bring(depot, name, name[0]))
    print(depot.report())
    tasks = [asyncio.create_task(bring(depot, name, name)) for name in ("elm", "elm")]
    print(await asyncio.gather(*tasks), depot.tally.refused)


async def in_a_list(depot: Depot) -> None:
    coming = [bring(depot, name, name[0]) for name in ("rowan", "yew", "rowan")]
    print(await asyncio.gather(*coming), depot.tally.taken, depot.report())


async def in_line(depot: Depot) -> None:
    orders: asyncio.Queue[str] = asyncio.Queue()
    log: list[str] = []
    runner = asyncio.create_task(carrier(depot, orders, log))
    for name in ("fir", "pear", "poplar"):
        orders.put_nowait(name)
    await orders.join()
    runner.cancel()
    print(log, depot.report())


async def main(depot: Depot) -> None:
    await side_by_side(depot)
    await in_a_list(depot)
    await in_line(depot)
    print(sorted(depot.known.items()), depot.tally)


if __name__ == "__main__":
    Path("shelf").mkdir(exist_ok=True)
    DEPOT = Depot(Path("shelf"))
    DEPOT.take("oak", "before the loop")
    asyncio.run(main(DEPOT))
