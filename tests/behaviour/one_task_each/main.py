"""Objects that one task has alone, and some that only look like it."""

import asyncio
import time
from functools import partial


class Breaker:
    def __init__(self, limit):
        self.limit = limit
        self.failures = 0

    def __enter__(self):
        if self.failures >= self.limit:
            raise RuntimeError(f"{self.failures} failures")
        return self

    def __exit__(self, kind, *_):
        self.failures = 0 if kind is None else self.failures + 1


class Feed:
    """Each task makes one, for itself."""

    def __init__(self, name, totals, limit=2):
        self.name = name
        self.totals = totals
        self.breaker = Breaker(limit)
        self.asked = 0
        self.seen = []

    def ask(self, item):
        before = self.asked
        time.sleep(0.01)
        self.asked = before + 1
        self.seen.append(item)
        return self.asked

    def read(self, item):
        with self.breaker:
            return self.ask(item)


def twice(action):
    return action(), action()


class Tally:
    """Handed to two tasks by the one that makes it."""

    def __init__(self):
        self.count = 0

    def add(self):
        count = self.count
        time.sleep(0.01)
        self.count = count + 1
        return count


class Log:
    """What it keeps for itself gets out."""

    kept = []

    def __init__(self):
        self.lines = []
        Log.kept.append(self.lines)

    def write(self, text):
        number = len(self.lines)
        time.sleep(0.01)
        self.lines.append(f"{number} {text}")


class Board:
    """It is filled from outside with what all have."""

    def __init__(self):
        self.notes = []

    def pin(self):
        number = self.notes[0]["count"]
        time.sleep(0.01)
        self.notes[0]["count"] = number + 1
        return number


class Clerk:
    """A function makes it, for a variable of the module."""

    def __init__(self):
        self.served = 0

    def serve(self):
        served = self.served
        time.sleep(0.01)
        self.served = served + 1
        return served


CLERK = None
NOTE = {"count": 0}
TOTALS = {}


async def feed(name):
    mine = Feed(name, TOTALS)
    first = mine.read(1)
    numbers = twice(partial(mine.read, 2))
    mine.totals[name] = mine.asked
    return first, numbers, mine.seen[:], mine.breaker.failures


async def tally(_):
    shared = Tally()
    return await asyncio.gather(once(shared), once(shared), once(shared))


async def once(shared):
    return shared.add()


async def write(text):
    log = Log()
    log.write(text)
    mine = Log.kept[0]
    number = len(mine)
    log.write(text)
    mine.append(f"{number} more")
    return number


async def pin(_):
    board = Board()
    board.notes.append(NOTE)
    return board.pin()


async def serve(_):
    global CLERK
    if CLERK is None:
        CLERK = Clerk()
    return CLERK.serve()


async def main():
    for work in (feed, tally, write, pin, serve):
        print(work.__name__, await asyncio.gather(*(work(number) for number in range(3))))
    print(TOTALS, NOTE, Log.kept)


asyncio.run(main())
