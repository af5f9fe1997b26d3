"""Tasks keep a distance in time: who waits for its turn asks the clock when it has come."""

import asyncio
import time


class Pacer:
    def __init__(self, gap):
        self.gap = gap
        self.next = 0.0
        self.starts = []

    def wait(self):
        now = time.monotonic()
        if now < self.next:
            time.sleep(self.next - now)
        self.next = time.monotonic() + self.gap
        self.starts.append(time.monotonic())


async def use(pacer):
    pacer.wait()


async def main():
    pacer = Pacer(0.2)
    begun = time.monotonic()
    await asyncio.gather(*(use(pacer) for _ in range(5)))
    gaps = [later - earlier for earlier, later in zip(pacer.starts, pacer.starts[1:])]
    print(all(gap > 0.15 for gap in gaps), time.monotonic() - begun < 1.6)


asyncio.run(main())
