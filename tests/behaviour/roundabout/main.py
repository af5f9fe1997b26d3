"""What a task has asked, and then changes by another name: by the table of a module or an object, a text, a method in a variable."""

import asyncio
import functools
import sys
import time

LINES = []
ALIAS = LINES
BOX = {"lines": [LINES]}
put = LINES.append
later = functools.partial(LINES.append)
by_lambda = lambda number: LINES.append(number)  # noqa: E731
WAYS = {"put": LINES.append}
TOTAL = 0


class Desk:
    open = None


DESK = Desk()


def work():
    time.sleep(0.02)
    return 1


def count(number):
    total = globals()["TOTAL"]
    time.sleep(0.02)
    globals()["TOTAL"] = total + number


def mark(name):
    n = getattr(DESK, name, 0)
    time.sleep(0.02)
    setattr(DESK, name, n + 1)


async def aliased():
    if not LINES:
        ALIAS.append(work())


async def boxed():
    if not LINES:
        BOX["lines"][0].append(work())


async def bound():
    if not LINES:
        put(work())


async def partly():
    if not LINES:
        later(work())


async def by_function():
    if not LINES:
        by_lambda(work())


async def in_table():
    if not LINES:
        WAYS["put"](work())


async def mapped():
    if not LINES:
        list(map(LINES.append, [work()]))


async def opened():
    if DESK.open is None:
        DESK.__dict__["open"] = (DESK.__dict__.get("open") or 0) + work()


async def totalled():
    if TOTAL == 0:
        sys.modules[__name__].TOTAL += work()


async def counted():
    count(1)


async def marked():
    mark("visits")


async def main():
    for task in (aliased, boxed, bound, partly, by_function, in_table, mapped, opened, totalled, counted, marked):
        LINES.clear()
        await asyncio.gather(task(), task(), task())
        print(task.__name__, LINES, TOTAL, DESK.__dict__)


asyncio.run(main())
