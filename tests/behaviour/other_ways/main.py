"""Awaits on the way of some runs only: those that do not come by them are alone on the loop from their first line to their last."""

import asyncio
import contextlib
import time

ROWS = []


async def in_other_branch(number):
    count = len(ROWS)
    if number > 5:
        await asyncio.sleep(0)
    else:
        time.sleep(0.005)
        ROWS.append(count)
    return count


async def in_other_value(number):
    count = len(ROWS)
    await asyncio.sleep(0) if number > 5 else time.sleep(0.005)
    ROWS.append(count)
    return count


async def in_handler(number):
    count = len(ROWS)
    try:
        int("x" * (number + 1))
        await asyncio.sleep(0)
    except ValueError:
        time.sleep(0.005)
        ROWS.append(count)
    return count


async def behind_handler(number):
    try:
        count = len(ROWS)
        int("x" * (number + 1))
        await asyncio.sleep(0)
    except ValueError:
        pass
    time.sleep(0.005)
    ROWS.append(count)
    return count


async def suppressed(number):
    with contextlib.suppress(ValueError):
        count = len(ROWS)
        int("x" * (number + 1))
        await asyncio.sleep(0)
    time.sleep(0.005)
    ROWS.append(count)
    return count


async def left_early(number):
    for _ in range(2):
        count = len(ROWS)
        if number < 5:
            break
        await asyncio.sleep(0)
    time.sleep(0.005)
    ROWS.append(count)
    return count


async def behind_rounds(number):
    count = len(ROWS)
    for _ in range(number // 5):
        await asyncio.sleep(0)
    else:
        time.sleep(0.005)
        ROWS.append(count)
    return count


async def in_no_round(number):
    count = len(ROWS)
    [await asyncio.sleep(0) for _ in range(number // 5)]
    time.sleep(0.005)
    ROWS.append(count)
    return count


async def at_the_end(number):
    count = len(ROWS)
    try:
        if number < 5:
            return count
        await asyncio.sleep(0)
    finally:
        time.sleep(0.005)
        ROWS.append(count)


async def main():
    jobs = [in_other_branch, in_other_value, in_handler, behind_handler, suppressed, left_early, behind_rounds]
    for job in [*jobs, in_no_round, at_the_end]:
        ROWS.clear()
        print(job.__name__, sorted(await asyncio.gather(*(job(number) for number in range(3)))))


asyncio.run(main())
