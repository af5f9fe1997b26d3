"""Awaits that every run comes by, or that let others in before and behind what counts: one more in between changes nothing."""

import asyncio
import time

ROWS = []


async def in_branch(number):
    count = len(ROWS)
    if number >= 0:
        await asyncio.sleep(0)
        time.sleep(0.005)
        ROWS.append(count)


async def in_try(number):
    count = len(ROWS)
    try:
        await asyncio.sleep(0)
        time.sleep(0.005)
        ROWS.append(count)
    except ValueError:
        pass


async def retried(number):
    for _ in range(2):
        try:
            ROWS.append(await failing(number))
        except ValueError:
            time.sleep(0.005)
    ROWS.append(number)


async def in_all_branches(number):
    count = len(ROWS)
    if number > 1:
        await asyncio.sleep(0)
    elif number > 0:
        await asyncio.sleep(0.001)
    else:
        await asyncio.sleep(0.002)
    time.sleep(0.005)
    ROWS.append(count)


async def failing(number):
    await asyncio.sleep(0)
    raise ValueError(number)


async def pause_last():
    len(ROWS)
    time.sleep(0.005)
    await asyncio.sleep(0)


async def below(number):
    await pause_last()
    ROWS.append(number)


class Guard:
    count = 0

    async def __aenter__(self):
        Guard.count += 1

    async def __aexit__(self, *error):
        Guard.count -= 1


async def guarded(number):
    async with Guard():
        await asyncio.sleep(0)
        time.sleep(0.005)


async def main():
    for job in [in_branch, in_all_branches, in_try, retried, below, guarded]:
        ROWS.clear()
        await asyncio.gather(*(job(number) for number in range(3)))
        print(job.__name__, len(ROWS))


asyncio.run(main())
