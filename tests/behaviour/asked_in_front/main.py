"""Files that a coroutine looks for, and writes when they are not there: only one of all tasks does."""

import asyncio
import os


class Store:
    def __init__(self):
        self.kept = []

    def note(self, name):
        self.kept.append(name)


async def take(store, name):
    await asyncio.sleep(0)
    taken = os.path.exists(name)
    if taken:
        return False
    store.note(name)
    with open(name, "w") as file:
        file.write(name)
        file.write(name)
    return True


async def main():
    store = Store()
    print(sum(await asyncio.gather(*(take(store, "a.txt") for _ in range(5)))), store.kept)


asyncio.run(main())
