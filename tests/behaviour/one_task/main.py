"""A program with one task: coroutine functions that are given to others, what is entered, closed and asked for its next item."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable

Tell = Callable[[str], Awaitable[None]]


async def numbers():
    yield 1
    yield 2


@contextlib.asynccontextmanager
async def folder(name):
    yield name


async def unpack(name: str, tell: Tell) -> None:
    os.mkdir(name)
    await tell(name)
    os.rmdir(name)


async def main():
    async def tell(text: str) -> None:
        print(text)

    async with folder("a") as name, contextlib.aclosing(numbers()) as steps:
        print(name, [step async for step in steps])
    print(await anext(numbers()))
    for name in ("a", "b"):
        await unpack(name, tell)


asyncio.run(main())
