"""Objects of one task each, which hold what all tasks share."""

import asyncio
import time
from collections import namedtuple
from dataclasses import dataclass, field


class Ledger:
    def __init__(self):
        self.total = 0
        self.lines = []


LEDGER = Ledger()
QUOTA = {"left": 40}


class Entry:
    def __init__(self, ledger):
        self.ledger = ledger


class Booking(Entry):
    """Its base keeps what it is made with."""

    def __init__(self, ledger, amount):
        super().__init__(ledger)
        self.amount = amount

    def book(self):
        total = self.ledger.total
        time.sleep(0.01)
        self.ledger.total = total + self.amount
        return total


class Note:
    """It takes a variable of the module."""

    def __init__(self, text):
        self.lines = LEDGER.lines
        self.text = text

    def write(self):
        number = len(self.lines)
        time.sleep(0.01)
        self.lines.append(f"{number} {self.text}")


@dataclass
class Claim:
    quota: dict
    wanted: int
    got: list = field(default_factory=list)

    def take(self):
        left = self.quota["left"]
        time.sleep(0.01)
        self.quota["left"] = left - self.wanted
        self.got.append(self.wanted)
        return left


Pair = namedtuple("Pair", "ledger name")


class Late:
    """It is given what it works on by a method, or an attribute is set."""

    def bind(self, ledger):
        self.ledger = ledger
        return self

    def count(self):
        total = self.ledger.total
        time.sleep(0.01)
        self.ledger.total = total + 1
        return total


def booking(amount):
    return Booking(LEDGER, amount)


def count_up(pair):
    total = pair.ledger.total
    time.sleep(0.01)
    pair.ledger.total = total + 100
    return total


def count_in(bag):
    total = bag["ledger"].total
    time.sleep(0.01)
    bag["ledger"].total = total + 1000
    return total


async def book(amount):
    return Booking(LEDGER, amount).book()


async def book_made(amount):
    made = booking(amount)
    return made.book()


async def book_first(amount):
    bookings = [Booking(LEDGER, amount)]
    return bookings[0].book()


async def note(text):
    Note(text).write()


async def claim(wanted):
    claim = Claim(QUOTA, wanted=wanted)
    return claim.take()


async def late(_):
    worker = Late()
    worker.bind(LEDGER)
    return worker.count()


async def set_later(_):
    worker = Late()
    worker.ledger = LEDGER
    return worker.count()


async def pair(name):
    return count_up(Pair(LEDGER, name))


async def bag(name):
    return count_in({"name": name, "ledger": LEDGER})


async def all_of(work):
    print(work.__name__, await asyncio.gather(*(work(number) for number in range(1, 4))))
    print(LEDGER.total, LEDGER.lines, QUOTA)


async def main():
    for work in (book, book_made, book_first, note, claim, late, set_later, pair, bag):
        await all_of(work)


asyncio.run(main())
