"""What returns at once and blocks later goes to a thread with what goes through it."""

import asyncio
import itertools
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp())
(FOLDER / "a").write_text("one\ntwo\n")


def slow(value):
    time.sleep(0.02)
    return value * 2


def is_small(value):
    time.sleep(0.02)
    return value < 3


def numbers(count):
    for number in range(count):
        time.sleep(0.02)
        yield number


def first_of(count):
    return next(numbers(count))


class Pages:
    def __init__(self, count):
        self.count = count
        self.page = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.page >= self.count:
            raise StopIteration
        time.sleep(0.02)
        self.page += 1
        return self.page


async def gone_through():
    print(list(map(slow, [1, 2])), list(filter(is_small, [1, 2, 3])))
    print(sum(itertools.takewhile(is_small, [1, 2, 3])))
    for value in map(slow, [3, 4]):
        print(value)


async def first(count):
    try:
        return next(numbers(count))
    except StopIteration:
        return "none"


async def caught(count):
    try:
        return next(Pages(count))
    except StopIteration:
        return "no page"


async def pages():
    for page in Pages(2):
        print("page", page)
    for page in Pages(2):
        await asyncio.sleep(0)
        print("again", page)


async def files():
    print("".join(open(FOLDER / "a")).split())
    print(*open(FOLDER / "a"))
    one, two = open(FOLDER / "a")
    print(one.strip(), two.strip(), "two\n" in open(FOLDER / "a"))


async def main():
    await asyncio.gather(gone_through())
    print(await first(0), await first(2), await caught(0), await caught(1))
    await pages()
    await files()


asyncio.run(main())
