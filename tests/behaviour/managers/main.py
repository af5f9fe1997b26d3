"""Generators that make context managers become asynchronous, with every `with` that enters them."""

import asyncio
from contextlib import suppress

from lease import Refused, kept, lease


async def use(name, fails=False):
    with lease(name) as held:
        print("holds", held)
        if fails:
            raise Refused(name)
        await asyncio.sleep(0)
    return f"{name} done"


async def both():
    with lease("left") as left, lease("right") as right:
        print(left, right)
    with kept():
        print("kept")


async def main():
    print(await use("one"))
    with suppress(KeyError):
        print(await use("two", fails=True))
    try:
        with lease("three"):
            raise ValueError("inside")
    except ValueError as error:
        print("outside", error)
    await both()
    print(await asyncio.gather(use("a"), use("b")))


asyncio.run(main())
