"""Objects that others look into and then change, with something slow in between: the object has the lock."""

import asyncio
import json
import time
from pathlib import Path

from cache import Book, Cache, Settings

PAGES = Cache()
settings = Settings("settings.json")


def fetch(key):
    time.sleep(0.002)
    return key.upper()


async def page(key):
    hit = PAGES.get(key)
    if hit is not None:
        return hit
    text = fetch(key)
    PAGES.put(key, text)
    return text


async def known(key):
    """It only adds, and waits for its turn."""
    await asyncio.sleep(0)
    PAGES.put(key, "known")
    return len(PAGES)


class Shop:
    def __init__(self, prices):
        self.prices = prices

    def price(self, item):
        if item in self.prices:
            return self.prices.get(item)
        value = len(fetch(item))
        self.prices.put(item, value)
        return value

    async def offer(self, item):
        return f"{item} {self.price(item)}"


async def remember(key, value):
    settings.put(key, value)
    return settings.get(key)


async def reader(name):
    """Each has a book of its own, which several tasks mark."""
    book = Book.resume(Path(name))
    return await asyncio.gather(*(mark(book, key) for key in "aab")), sorted(book.done)


async def mark(book, key):
    return book.mark(key)


async def main():
    print(await asyncio.gather(page("a"), page("b"), page("a"), known("c"), page("c"), page("b")), PAGES.misses)
    shop = Shop(Cache())
    print(await asyncio.gather(shop.offer("tea"), shop.offer("salt"), shop.offer("tea")), shop.prices.misses)
    print(await asyncio.gather(reader("one.json"), reader("two.json")))
    settings.path.write_text(json.dumps({"colour": "red"}))
    print(await asyncio.gather(*(remember(key, number) for number, key in enumerate(("colour", "size", "colour")))))


asyncio.run(main())
print(PAGES.misses, sorted(json.loads(Path("settings.json").read_text()).items()))
