"""One thing under two names: a parameter and a variable, a class and the one that it derives from, a field and what it is made with."""

import asyncio
import time
from dataclasses import dataclass, field

ROWS = []
SHARED = []
TOLD = []


def take(rows, number):
    count = len(rows)
    time.sleep(0.005)
    ROWS.append(number)
    return count


async def by_parameter(number):
    return take(ROWS, number)


class Base:
    found = None


class Derived(Base):
    pass


async def by_base(number):
    if Derived.found is None:
        time.sleep(0.005)
        Base.found = number
        return 1
    return 0


@dataclass
class Ticket:
    name: str
    log: list = field(default_factory=lambda: SHARED)

    def put(self, number):
        count = len(self.log)
        time.sleep(0.005)
        self.log.append(number)
        return count


async def by_field(number):
    return Ticket(f"ticket {number}").put(number)


def tell(path):
    with open(path) as file:
        for line in file:
            time.sleep(0.001)
            TOLD.append(line.strip())


async def line_by_line(number):
    tell(__file__)
    return number


async def main():
    for job in [by_parameter, by_base, by_field, line_by_line]:
        print(job.__name__, sorted(await asyncio.gather(*(job(number) for number in range(3)))))
    with open(__file__) as file:
        lines = [line.strip() for line in file]
    print(lines * 3 == TOLD)


asyncio.run(main())
