"""Tasks that read rows and write back what they made of them: the threads for that take turns."""

import asyncio
import os

import orchard


async def picker(name, rounds):
    taken = 0
    for _ in range(rounds):
        taken += orchard.pick(name, 1)
        await asyncio.sleep(0)
    return taken


async def gardener(name):
    return orchard.graft(name)


async def clerk(count):
    for number in range(count):
        orchard.note("windfall", number)
        await asyncio.sleep(0)


async def visitor():
    return orchard.left()


async def main():
    if os.path.exists(orchard.PATH):
        os.remove(orchard.PATH)
    orchard.plant(pear=30, russet=12)
    work = [picker("pear", 5) for _ in range(4)] + [picker("russet", 4) for _ in range(4)]
    taken = await asyncio.gather(*work, clerk(5))
    print(sum(taken[:4]), sum(taken[4:8]))
    print(sum(await asyncio.gather(*(gardener("quince") for _ in range(6)))))
    print(await visitor(), orchard.total())


asyncio.run(main())
