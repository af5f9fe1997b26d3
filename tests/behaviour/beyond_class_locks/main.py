"""What classes keep, and others change from where nobody can wait, or under another name."""

import asyncio
import time


class Counter:
    """Making one counts as well."""

    made = 0

    def __init__(self, name):
        self.name = name
        Counter.made += 1

    def again(self):
        before = Counter.made
        time.sleep(0.01)
        Counter.made = before + 1
        return before


class Shelf:
    """Each object begins with what the class has, and the table is one for all."""

    level = 0
    items = []

    def __init__(self, name):
        self.items.append(name)

    def put(self, name):
        at = len(self.items)
        time.sleep(0.01)
        self.items.append(name)
        return at


class Registry:
    names = {}

    def add(self, name):
        known = type(self).names
        if name in known:
            return "known"
        time.sleep(0.01)
        known[name] = len(self.names)
        return "new"


async def count(name):
    return Counter(name).again()


async def put(name):
    return Shelf(name).put(name)


async def add(name):
    return Registry().add(name)


async def main():
    print(await asyncio.gather(*map(count, "abc")), Counter.made)
    print(await asyncio.gather(*map(put, "abc")), len(Shelf.items))
    print(await asyncio.gather(*map(add, "aab")), sorted(Registry.names))


asyncio.run(main())
