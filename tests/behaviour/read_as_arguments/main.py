"""What is read for the arguments of a call is read before it: what is written behind it counts on that."""

import asyncio
import time


def work(number):
    time.sleep(0.02)
    return number + 1


class Box:
    def __init__(self):
        self.total = 0
        self.counts = {"a": 0}

    async def bump(self):
        self.total = work(self.total)

    async def count(self):
        if not work(self.counts["a"]):
            return False
        self.counts["a"] = self.counts["a"] + 1
        return True


STATE = {"last": 0}


async def note():
    STATE["last"] = work(STATE["last"])


async def main():
    box = Box()
    await asyncio.gather(*(box.bump() for _ in range(3)))
    await asyncio.gather(*(box.count() for _ in range(3)))
    await asyncio.gather(*(note() for _ in range(3)))
    print(box.total, box.counts, STATE)


asyncio.run(main())
