"""Functions that become coroutine functions with everything that calls them, and one that cannot."""

import asyncio

import pace
from pace import Runner, from_the_command_line
from pace import breathe as rest

print(from_the_command_line())


class Score:
    def __init__(self):
        self.total = 0
        self.by_name = {}

    async def run(self, name):
        runner = Runner.called(name)
        self.total += 2 * len(runner.lap(rest=True))
        self.by_name[name] = self.by_name.get(name, 0) + rest()
        return runner.lap()


def local(values):
    def one(value):
        rest()
        return -value

    return [one(value) for value in values]


async def main():
    score = Score()
    print(await asyncio.gather(score.run("ada"), score.run("bob"), score.run("ada")))
    print(score.total, sorted(score.by_name.items()))
    print(pace.countdown(2), "go" in pace.countdown(0), -rest() ** 2, rest().bit_length())
    print([rest(n) for n in (1, 0) if rest()], local([1, 2]))
    print(Runner.whistle())
    try:
        rest("x")
    except TypeError as error:
        print(type(error).__name__)


asyncio.run(main())
