import asyncio

from shelf import Shelf


async def clerk(shelf: Shelf, name):
    for number in range(3):
        shelf.put(f"item{number}", f"{name} {number}")
        await asyncio.sleep(0)


async def auditor(shelf: Shelf):
    for _ in range(4):
        # As many sums as were counted, at each moment.
        print(len(shelf.sums) == shelf.written)
        await asyncio.sleep(0)


async def main(shelf: Shelf):
    await asyncio.gather(clerk(shelf, "ada"), clerk(shelf, "bob"), auditor(shelf))


if __name__ == "__main__":
    SHELF = Shelf("shelf")
    SHELF.put("first", "before the loop")
    asyncio.run(main(SHELF))
