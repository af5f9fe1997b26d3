"""What the program imports is no test, whatever it is called, and so is what that imports: what it sets counts."""

import asyncio
import time

import test_rig
from store import STORE


async def worker() -> int:
    if STORE.ready is not None:
        time.sleep(0.01)
        return STORE.ready + 1
    return -1


async def closer() -> int:
    test_rig.prepare()
    return 0


async def main() -> None:
    print(await asyncio.gather(worker(), worker(), closer()))


asyncio.run(main())
