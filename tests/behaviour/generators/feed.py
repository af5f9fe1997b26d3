"""What is read piece by piece, with pauses."""

import time
from collections.abc import Generator, Iterator


def pages(kind: str) -> Generator[list[str], None, None]:
    for page in range(2):
        time.sleep(0.01)
        yield [f"{kind}{page}{row}" for row in range(2)]


def entries(kind: str) -> Iterator[str]:
    for page in pages(kind):
        yield from page
    yield from ["end0", "end2"]


def framed(kind: str) -> Iterator[str]:
    yield "["
    yield from entries(kind)
    yield "]"


def numbers(count: int) -> Iterator[int]:
    for number in range(count):
        time.sleep(0.005)
        print("number", number)
        yield number


def tail(count):
    print("open")
    try:
        for number in range(count):
            time.sleep(0.005)
            yield f"line {number}"
    finally:
        print("close")


def rows(count):
    try:
        yield from range(count)
    finally:
        print("rows are closed")


def slow_rows(count):
    """Has nothing to clean up itself, but goes through what has."""
    for row in rows(count):
        time.sleep(0.005)
        yield row


class Feed:
    def __init__(self, count):
        self.count = count
        self.asked = 0

    def items(self):
        for number in range(self.count):
            self.asked += 1
            time.sleep(0.005)
            yield number
