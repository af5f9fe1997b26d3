"""What calls give may be what others have: out of queues, futures and weak references, by functions that are called by another name."""

import asyncio
import concurrent.futures
import copy
import functools
import queue
import time
import weakref


class Row(dict):
    """A dictionary that may be referred to weakly."""


class Once(type):
    made = {}

    def __call__(cls):
        if cls not in Once.made:
            Once.made[cls] = super().__call__()
        return Once.made[cls]


class Single(dict, metaclass=Once):
    pass


class Alike:
    _shared = {"n": 0}

    def __init__(self):
        self.__dict__ = self._shared

    def bump(self):
        n = self.n
        time.sleep(0.02)
        self.n = n + 1


class Holder:
    row = {"n": 0}

    def __init__(self, **given):
        for name, value in given.items():
            setattr(self, name, value)

    def __add__(self, number):
        return ROW


class Refused(Exception):
    seen = []

    def __init__(self, row):
        super().__init__("refused")
        self.row = row


ROW = Row(n=0)
ROWS = queue.Queue()
DONE = concurrent.futures.Future()
DONE.set_result(ROW)
WEAK = weakref.ref(ROW)
HOLDER = Holder(row=ROW)
take = functools.partial(getattr)


def bump(row):
    n = row["n"]
    time.sleep(0.02)
    row["n"] = n + 1


async def queued():
    bump(ROWS.get_nowait())


async def awaited():
    bump(DONE.result())


async def weak():
    bump(WEAK())


async def by_lambda():
    bump((lambda row: row)(ROW))


async def by_partial():
    bump(take(HOLDER, "row"))


async def copied():
    bump(copy.copy(HOLDER).row)


async def added():
    bump(HOLDER + 1)


async def single():
    row = Single()
    row.setdefault("n", 0)
    bump(row)


async def alike():
    Alike().bump()


async def given():
    bump(Holder(row=ROW).row)


async def updated():
    job = {}
    job.update(row=ROW)
    bump(job["row"])


async def caught():
    try:
        raise Refused(ROW)
    except Refused as error:
        bump(error.row)


async def main():
    for _ in range(3):
        ROWS.put(ROW)
    for work in (queued, awaited, weak, by_lambda, by_partial, copied, added, single, alike, given, updated, caught):
        await asyncio.gather(work(), work(), work())
        print(work.__name__, ROW["n"], Single(), Alike().n)


asyncio.run(main())
