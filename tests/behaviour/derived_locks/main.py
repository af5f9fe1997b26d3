"""Locks of classes that derive from others of the program."""

import asyncio
import json
import time


class Titled:
    def __init__(self, title):
        self.title = title


class Shown(Titled):
    def show(self):
        return f"<{self.title}>"


class Ledger(Shown):
    def __init__(self, title):
        super().__init__(title)
        self.done = {}

    @classmethod
    def resume(cls, text):
        self = cls("resumed")
        state = json.loads(text)
        self.done, self.title = state["done"], state["title"]
        return self

    def as_json(self):
        return json.dumps({"done": self.done, "title": self.title})

    def __contains__(self, key):
        return key in self.done


class Slotted:
    __slots__ = ("done",)

    def __init__(self):
        self.done = {}


class Tight(Slotted):
    __slots__ = ()

    def __contains__(self, key):
        return key in self.done


class Other(Titled):
    def __init__(self, title):
        super().__init__(title)
        self.seen = {}


class Odd(Other):
    def __init__(self):
        self.seen = {}
        self.title = "odd"


def measure(key):
    time.sleep(0.001)
    return len(key)


def note(key):
    time.sleep(0.001)
    return len(key)


def press(key):
    time.sleep(0.001)
    return len(key)


class Work:
    def __init__(self, ledger: Ledger, other: Other, tight: Tight):
        self.ledger = ledger
        self.other = other
        self.tight = tight
        self.measured = []

    async def fill(self, keys):
        for key in keys:
            if key in self.ledger:
                continue
            print(key, "is new")
            self.ledger.done[key] = measure(key)
            await asyncio.sleep(0)

    async def note(self, keys):
        for key in keys:
            if key in self.other.seen:
                continue
            self.measured.append(key)
            self.other.seen[key] = note(key)
            await asyncio.sleep(0)

    async def press(self, keys):
        for key in keys:
            if key in self.tight:
                continue
            self.measured.append(key)
            self.tight.done[key] = press(key)
            await asyncio.sleep(0)


async def main():
    work = Work(Ledger.resume('{"done": {"a": 1}, "title": "t"}'), Odd(), Tight())
    keys = ["a", "bb", "ccc"]
    await asyncio.gather(*(work.fill(keys) for _ in range(3)))
    await asyncio.gather(*(work.note(keys) for _ in range(3)))
    await asyncio.gather(*(work.press(keys) for _ in range(3)))
    print(sorted(work.measured), work.ledger.as_json(), work.ledger.show(), object.__new__(Work).__class__.__name__)


asyncio.run(main())
