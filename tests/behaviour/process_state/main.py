"""What the whole process has one of: whoever finds it one way, and turns it the other way, does both before others look."""

import asyncio
import atexit
import functools
import itertools
import logging
import os as system
import random
import threading
import time
import warnings
from os import environ

AT_EXIT = atexit._ncallbacks()
FILTERS = len(warnings.filters)
RANDOM = random.Random(1)
STATE = RANDOM.getstate()
NUMBERS = itertools.count()
ITEMS = iter([0, 1, 2])
LOG = logging.getLogger("orders")
LOG.seen = {"count": 0}
GUARD = threading.Lock()
GATE = asyncio.Lock()


@functools.cache
def square(number):
    return number * number


async def at_exit(number):
    if atexit._ncallbacks() == AT_EXIT:
        time.sleep(0.005)
        atexit.register(int)
        return "made"
    return "had"


async def filters(number):
    if len(warnings.filters) == FILTERS:
        time.sleep(0.005)
        warnings.simplefilter("ignore", BytesWarning)
        return "made"
    return "had"


async def cached(number):
    if square.cache_info().currsize == 0:
        time.sleep(0.005)
        square(1)
        return "made"
    return "had"


async def drawn(number):
    if RANDOM.getstate() == STATE:
        time.sleep(0.005)
        RANDOM.random()
        return "made"
    return "had"


async def counted(number):
    if repr(NUMBERS) == "count(0)":
        time.sleep(0.005)
        next(NUMBERS)
        return "made"
    return "had"


async def taken(number):
    if ITEMS.__length_hint__() == 3:
        time.sleep(0.005)
        next(ITEMS)
        return "made"
    return "had"


async def handled(number):
    if not logging.getLogger("q").handlers:
        time.sleep(0.005)
        logging.getLogger("q").addHandler(logging.NullHandler())
        return "made"
    return "had"


async def named(number):
    if system.getenv("ORDERS_OF_A_TEST") is None:
        time.sleep(0.005)
        environ["ORDERS_OF_A_TEST"] = "yes"
        return "made"
    return "had"


def bump(seen):
    count = seen["count"]
    time.sleep(0.005)
    seen["count"] = count + 1


async def noted(number):
    bump(logging.getLogger("orders").seen)
    return LOG.seen["count"] == number + 1


def guarded(number):
    if GUARD.locked():
        return "skipped"
    with GUARD:
        time.sleep(0.005)
    return "ran"


async def in_thread(number):
    return guarded(number)


async def gated(number):
    if GATE.locked():
        return "skipped"
    async with GATE:
        time.sleep(0.005)
    return "ran"


async def main():
    jobs = [at_exit, filters, cached, drawn, counted, taken, handled, named, noted, in_thread, gated]
    for job in jobs:
        print(job.__name__, sorted(await asyncio.gather(*(job(number) for number in range(3)))))


asyncio.run(main())
