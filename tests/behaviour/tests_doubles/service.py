import stores
from stores import Cache, Clock, Store


class Service:
    def __init__(self, store: Store, cache: Cache):
        self.store = store
        self.cache = cache

    async def load(self, key):
        return self.store.load(key)["key"]

    async def read(self, key):
        return self.cache.read(key)


async def tick():
    return Clock().tick()


async def fetch(key):
    return stores.fetch(key)


async def find(key):
    return stores.find(key)


async def peek(key):
    return stores.peek(key)
