"""Functions that block only by their decorators."""

import asyncio

from wrap import kept, paced

CALLS = []


@paced
def double(n):
    return 2 * n


@kept("square")
def square(n):
    CALLS.append(n)
    return n * n


class Sums:
    @paced
    def total(self, numbers):
        return sum(numbers)


def both(n):
    return double(n) + square(n)


async def main():
    print(double(2), square(3), square(3), both(4))
    print(Sums().total([1, 2]), CALLS)


asyncio.run(main())
