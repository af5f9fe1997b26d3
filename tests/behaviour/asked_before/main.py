"""What a task has asked, it may count on until it gives the loop back: a guard at the top, a length, a place in a list, a future."""

import asyncio
import heapq
import io
import time
from pathlib import Path

LINE = None
PRICES = {}


class Till:
    def __init__(self):
        self.drawer = "drawer"
        self.coins = [1, 2]
        self.by_name = {"a": 1}
        self.closed = False
        self.heap = []
        self.roll = io.StringIO()

    @property
    def is_open(self):
        return self.drawer is not None

    def check(self):
        if self.closed:
            raise RuntimeError("closed")

    async def guarded(self):
        if self.drawer is None:
            return None
        time.sleep(0.002)
        return self.drawer.upper()

    async def raised(self):
        if not self.coins:
            raise LookupError
        time.sleep(0.002)
        return self.coins[-1]

    async def asserted(self):
        assert self.drawer, "shut"
        time.sleep(0.002)
        return self.drawer.upper()

    async def otherwise(self):
        if self.drawer is None:
            return "none"
        else:
            time.sleep(0.002)
            return self.drawer.upper()

    async def by_property(self):
        if not self.is_open:
            return None
        Path("till.txt").write_text("open")
        return self.drawer.upper()

    async def by_method(self):
        self.check()
        time.sleep(0.002)
        return "closed under us" if self.closed else "open"

    async def by_flag(self):
        has_drawer = self.drawer is not None
        if has_drawer:
            time.sleep(0.002)
            return self.drawer.upper()

    async def matched(self):
        match self.drawer:
            case None:
                return None
            case _:
                time.sleep(0.002)
                return self.drawer.upper()

    async def short(self):
        return self.drawer and not time.sleep(0.002) and self.drawer.upper()

    async def skipped(self):
        found = []
        for name in ("a", "b"):
            if name not in self.by_name:
                continue
            time.sleep(0.002)
            found.append(self.by_name[name])
        return found

    async def counted(self):
        count = len(self.coins)
        Path("coins.txt").write_text(str(count))
        return [self.coins[place] for place in range(count)]

    async def placed(self):
        place = self.coins.index(2)
        time.sleep(0.002)
        return self.coins[place]

    async def keys(self):
        found = []
        for name in sorted(self.by_name):
            time.sleep(0.002)
            found.append(self.by_name[name])
        return found

    async def close(self):
        self.drawer = None
        self.closed = True
        self.coins.clear()
        self.by_name.clear()

    async def heaped(self, number):
        heapq.heappush(self.heap, number)
        time.sleep(0.002)
        return heapq.heappop(self.heap)

    async def printed(self, number):
        self.roll.write(f"{number};")
        time.sleep(0.002)
        return self.roll.getvalue()


async def call():
    if LINE:
        time.sleep(0.002)
        return LINE.upper()


async def price(name):
    if name in PRICES:
        time.sleep(0.002)
        return PRICES[name]


def hang_up():
    global LINE
    LINE = None
    PRICES.clear()


async def answer(future, number):
    if not future.done():
        time.sleep(0.002)
        future.set_result(number)
        return "set"
    return "late"


async def start(event):
    if event.is_set():
        return "running"
    time.sleep(0.002)
    event.set()
    return "started"


async def put(queue, number):
    if queue.full():
        return "full"
    time.sleep(0.002)
    queue.put_nowait(number)
    return "put"


async def take(lock):
    if lock.locked():
        return "busy"
    time.sleep(0.002)
    await lock.acquire()
    return "taken"


async def main():
    global LINE
    LINE, PRICES["tea"] = "line", 3
    asyncio.get_running_loop().call_later(0.001, hang_up)
    print(await asyncio.gather(call(), price("tea"), return_exceptions=True))
    for work in (
        Till.guarded, Till.raised, Till.asserted, Till.otherwise, Till.by_property, Till.by_method, Till.by_flag, Till.matched,
        Till.short, Till.skipped, Till.counted, Till.placed, Till.keys,
    ):
        till = Till()
        print(work.__name__, (await asyncio.gather(work(till), till.close(), return_exceptions=True))[0])
    for work in (Till.heaped, Till.printed):
        till = Till()
        print(work.__name__, await asyncio.gather(*(work(till, number) for number in (3, 1, 2))))
    future = asyncio.get_running_loop().create_future()
    print(await asyncio.gather(answer(future, 1), answer(future, 2), return_exceptions=True), await future)
    event = asyncio.Event()
    print(await asyncio.gather(start(event), start(event)))
    queue = asyncio.Queue(1)
    print(await asyncio.gather(put(queue, 1), put(queue, 2), return_exceptions=True))
    lock = asyncio.Lock()
    print(await asyncio.wait_for(asyncio.gather(take(lock), take(lock)), 5))


asyncio.run(main())
