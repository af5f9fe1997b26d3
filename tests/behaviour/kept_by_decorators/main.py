"""What decorators keep, copies that share what they hold, and files that methods name: each of these is one step for all tasks."""

import asyncio
import functools
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

SEEN = []


def remember(function):
    kept = {}

    @functools.wraps(function)
    def inner(key):
        if key not in kept:
            kept[key] = function(key)
        SEEN.append(key)
        return kept[key]

    return inner


@remember
def load(key):
    time.sleep(0.02)
    return {"key": key, "hits": 0}


@dataclass
class Settings:
    name: str
    tags: list = field(default_factory=list)


BASE = Settings("base")


def tag(settings, text):
    number = len(settings.tags)
    time.sleep(0.02)
    settings.tags.append(f"{number}{text}")


class Totals:
    def __init__(self) -> None:
        self.count = 0


TOTALS = Totals()


def note(values):
    before = values["count"]
    time.sleep(0.02)
    values["count"] = before + 1


class Store:
    def __init__(self, root) -> None:
        self.root = Path(root)

    def path(self, key):
        return self.root / f"{key}.txt"

    def get(self, key):
        path = self.path(key)
        return int(path.read_text()) if path.exists() else 0

    def put(self, key, value):
        self.path(key).write_text(str(value))


STORE = Store(tempfile.mkdtemp())


async def hit(key):
    found = load(key)
    found["hits"] += 1
    return found["hits"]


async def name(number):
    own = replace(BASE, name=f"own {number}")
    tag(own, "x")
    tag(own, "y")
    return own.name


async def count():
    note(vars(TOTALS))


async def add(key):
    value = STORE.get(key)
    STORE.put(key, value + 1)


async def main() -> None:
    print(await asyncio.gather(*(hit(key) for key in "aabba")), SEEN)
    print(await asyncio.gather(*(name(number) for number in range(3))), BASE.tags)
    await asyncio.gather(*(count() for _ in range(3)))
    print(TOTALS.count)
    await asyncio.gather(*(add(key) for key in "aabab"))
    print(STORE.get("a"), STORE.get("b"))


asyncio.run(main())
