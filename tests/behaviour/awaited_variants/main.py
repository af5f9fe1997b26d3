"""What is awaited is the variant that is made for it; the other one goes to a thread already."""

import asyncio
import time
from typing import Dict, List, Optional


class Store:
    def names(self, key: str) -> List[str]:
        raise NotImplementedError

    def ages(self, key: str) -> Optional[Dict[str, int]]:
        raise NotImplementedError


class PlainStore(Store):
    def names(self, key: str) -> List[str]:
        time.sleep(0.01)
        return [key]

    def ages(self, key: str) -> Optional[Dict[str, int]]:
        time.sleep(0.01)
        return {key: 1}


class AsyncStore(Store):
    async def names(self, key: str) -> List[str]:
        await asyncio.sleep(0.01)
        return [key, key]

    async def ages(self, key: str) -> Optional[Dict[str, int]]:
        await asyncio.sleep(0.01)
        return {key: 2}


class Desk:
    def __init__(self, store: Store):
        self.store = store

    async def answer(self, key):
        is_async = isinstance(self.store, AsyncStore)

        async def names():
            if is_async:
                return await self.store.names(key)
            return await asyncio.to_thread(self.store.names, key)

        async def ages():
            if is_async:
                return await self.store.ages(key)
            return await asyncio.to_thread(self.store.ages, key)

        return await names(), await ages()


async def main():
    print(await Desk(PlainStore()).answer("a"), await Desk(AsyncStore()).answer("b"))


asyncio.run(main())
