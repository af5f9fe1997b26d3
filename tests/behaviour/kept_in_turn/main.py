import asyncio

from shelf import Shelf, Tree


async def clerk(shelf: Shelf, name):
    for number in range(3):
        shelf.put(f"item{number}", f"{name} {number}")
        await asyncio.sleep(0)
    return shelf.get("item0")


async def main(shelf: Shelf):
    print(await asyncio.gather(clerk(shelf, "ada"), clerk(shelf, "bob")))
    print("written", shelf.written)
    tree = Tree()
    print(await asyncio.gather(tree.size("a"), tree.size("b"), tree.size("a")))


if __name__ == "__main__":
    SHELF = Shelf("shelf")
    SHELF.put("first", "before the loop")
    asyncio.run(main(SHELF))
    print(SHELF.names())
