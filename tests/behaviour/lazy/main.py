"""Generators block while they are consumed, not where they are called."""

import asyncio
import time
from contextlib import contextmanager


def numbers(count):
    for number in range(count):
        time.sleep(0.001)
        print("made", number)
        yield number


@contextmanager
def span(name):
    print("enter", name)
    time.sleep(0.001)
    yield name
    print("leave", name)


async def main():
    for number in numbers(3):
        print("got", number)
    with span("a") as name:
        print(name)
    print(any(number > 0 for number in numbers(3)))
    print(sum(numbers(2)))


asyncio.run(main())
