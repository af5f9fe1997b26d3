"""State that is read and written where nothing is called, or behind what is called: by properties, operators, tests, managers and objects that are called."""

import asyncio
import time


class Account:
    def __init__(self):
        self._balance = 0

    @property
    def balance(self):
        balance = self._balance
        time.sleep(0.01)
        return balance

    @balance.setter
    def balance(self, value):
        self._balance = value


class Desk:
    def __init__(self):
        self.free = [1, 2]

    def __bool__(self):
        is_free = len(self.free) > 0
        time.sleep(0.01)
        return is_free

    def take(self):
        return self.free.pop()


class Bag:
    def __init__(self):
        self.items = []

    def __contains__(self, item):
        is_in = item in self.items
        time.sleep(0.01)
        return is_in

    def __getitem__(self, index):
        time.sleep(0.01)
        return self.items[index]

    def __add__(self, item):
        number = len(self.items)
        time.sleep(0.01)
        return number, item


class Numbers:
    def __init__(self):
        self.next = 0

    def __call__(self):
        number = self.next
        time.sleep(0.01)
        return number


class Entry:
    last = 0

    def __enter__(self):
        self.number = Entry.last
        time.sleep(0.01)
        return self

    def __exit__(self, *_):
        Entry.last = self.number + 1


ACCOUNT, DESK, BAG, NUMBERS = Account(), Desk(), Bag(), Numbers()
STACK = []


async def deposit(amount):
    ACCOUNT.balance = ACCOUNT.balance + amount


async def deposit_later(amount):
    balance = ACCOUNT.balance
    ACCOUNT.balance = balance + amount


async def sit_down(_):
    if DESK:
        return DESK.take()
    return None


async def put(item):
    if item % 2 in BAG:
        return "again"
    BAG.items.append(item % 2)
    return "put"


async def add(item):
    number, _ = BAG + item
    BAG.items.append(item)
    return number


async def draw(_):
    number = NUMBERS()
    NUMBERS.next = number + 1
    return number


async def enter(_):
    with Entry() as entry:
        return entry.number


def push(item):
    STACK.append(item)
    time.sleep(0.01)


async def push_and_count(item):
    push(item)
    return len(STACK)


async def main():
    for work in (push_and_count, deposit, deposit_later, sit_down, put, add, draw, enter):
        print(work.__name__, await asyncio.gather(*(work(number) for number in range(4))))
    print(ACCOUNT._balance, DESK.free, BAG.items, NUMBERS.next, Entry.last)


asyncio.run(main())
