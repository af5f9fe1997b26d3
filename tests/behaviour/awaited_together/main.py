"""Coroutines that are awaited run in one go with those who await them, up to where either gives the loop back."""

import asyncio
import contextlib
import time

ROWS = []
CURRENT = {"number": None}
DEPTH = {"count": 0}


async def is_empty():
    return not ROWS


async def count_first():
    count = len(ROWS)
    time.sleep(0.005)
    return count


async def through_another():
    return await count_first()


async def read_below(number):
    count = await through_another()
    ROWS.append(number)
    return count


async def ask_first():
    found = await is_empty()
    time.sleep(0.005)
    return found


async def ask_below(number):
    if await ask_first():
        ROWS.append(number)
        return 1
    return 0


async def add_last(number):
    time.sleep(0.005)
    ROWS.append(number)


async def write_below(number):
    count = len(ROWS)
    await add_last(number)
    return count


async def pause_first(rows):
    await asyncio.sleep(0)
    count = len(rows)
    time.sleep(0.005)
    return count


async def behind_pause(number):
    count = await pause_first(ROWS)
    ROWS.append(number)
    return count


async def set_current(number):
    CURRENT["number"] = number
    time.sleep(0.005)


async def read_back(number):
    await set_current(number)
    return CURRENT["number"]


class Guard:
    count = 0

    async def __aenter__(self):
        Guard.count += 1

    async def __aexit__(self, *error):
        Guard.count -= 1


class Slow:
    count = 0

    async def __aenter__(self):
        Slow.count += 1
        time.sleep(0.005)
        return Slow.count

    async def __aexit__(self, *error):
        Slow.count -= 1


async def guarded(number):
    async with Guard():
        time.sleep(0.005)
        return Guard.count


async def slow(number):
    async with Slow() as count:
        return count


@contextlib.asynccontextmanager
async def deeper():
    DEPTH["count"] += 1
    try:
        yield
    finally:
        DEPTH["count"] -= 1


async def deep(number):
    async with deeper():
        time.sleep(0.005)
        return DEPTH["count"]


@contextlib.contextmanager
def step():
    count = DEPTH["count"]
    time.sleep(0.005)
    yield count
    DEPTH["count"] = count + 1


async def stepped(number):
    with step() as count:
        return count


async def main():
    jobs = [read_below, ask_below, write_below, behind_pause, read_back, guarded, slow, deep, stepped]
    for job in jobs:
        ROWS.clear()
        print(job.__name__, sorted(await asyncio.gather(*(job(number) for number in range(3)))))


asyncio.run(main())
