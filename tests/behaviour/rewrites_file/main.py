"""A counter in a file: read and written back in one go."""

import asyncio
from pathlib import Path

COUNTER = Path("counter.txt")


def next_number():
    number = int(COUNTER.read_text()) + 1
    COUNTER.write_text(str(number))
    return number


async def take():
    await asyncio.sleep(0)
    return next_number()


async def main():
    COUNTER.write_text("0")
    print(sorted(await asyncio.gather(*(take() for _ in range(20)))))


asyncio.run(main())
