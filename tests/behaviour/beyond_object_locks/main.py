"""Objects whose lock would not keep what is counted on: others change them from where nobody can wait, or put another in their place."""

import asyncio
import time


class Cache:
    def __init__(self):
        self._items = {}

    def get(self, key):
        return self._items.get(key)

    def put(self, key, value):
        self._items[key] = value

    def clear(self):
        self._items.clear()

    def items(self):
        return self._items


class Counted(Cache):
    def put(self, key, value):
        super().put(key, value)
        self._items["count"] = self._items.get("count", 0) + 1


class Swapped(Cache):
    pass


class Shown(Cache):
    pass


CLEARED = Cache()
swapped = Swapped()


async def cleared(key):
    """The loop itself empties it."""
    if CLEARED.get(key):
        return CLEARED.get(key)
    time.sleep(0.002)
    CLEARED.put(key, key * 2)
    return CLEARED.get(key)


async def exchange(key):
    """Another one takes its place."""
    global swapped
    if swapped.get(key):
        swapped = Swapped()
        return "new"
    time.sleep(0.002)
    swapped.put(key, key)
    return len(swapped.items())


async def shown(shelf, key):
    """Who reads the table has it for longer."""
    if shelf.get(key):
        return shelf.get(key)
    time.sleep(0.002)
    shelf.put(key, key)
    return key


async def watch(shelf):
    items, seen = shelf.items(), []
    for _ in range(3):
        seen.append(len(items))
        await asyncio.sleep(0)
    return seen


async def main():
    asyncio.get_running_loop().call_later(0.001, CLEARED.clear)
    print(await asyncio.gather(cleared("a"), cleared("b"), cleared("a")))
    print(await asyncio.gather(exchange("a"), exchange("a"), exchange("b")))
    shelf = Shown()
    print(await asyncio.gather(shown(shelf, "a"), watch(shelf), shown(shelf, "b"), shown(shelf, "a")))


asyncio.run(main())
