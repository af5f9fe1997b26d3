"""Calls that look as if they waited, and do not: to hand one to a thread would let other tasks in between, or wait for ever."""

import asyncio
import hmac
import queue
import secrets
import threading
import time


class Prices:
    """Nobody has the lock for longer than it takes to look something up."""

    def __init__(self):
        self.lock = threading.RLock()
        self.rows = {}
        self.changes = 0

    def of(self, item):
        with self.lock:
            return self.rows.get(item)

    def change(self, item, price):
        self.lock.acquire()
        try:
            self.rows[item] = price
            self._count()
        finally:
            self.lock.release()

    def _count(self):
        with self.lock:
            self.changes += 1


async def quote(prices, quotes, item):
    price = prices.of(item)
    await asyncio.sleep(0)
    # It is only good as long as the price is.
    if prices.of(item) != price:
        return
    quotes[item] = price


async def reprice(prices, quotes, item, price, turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    prices.change(item, price)
    quotes.pop(item, None)


async def old_quotes():
    prices, quotes, old = Prices(), {}, 0
    for number in range(200):
        prices.change("tea", 2)
        quotes.clear()
        await asyncio.gather(quote(prices, quotes, "tea"), reprice(prices, quotes, "tea", 3, number % 8))
        old += quotes.get("tea") == 2
    return old, prices.changes


class Named:
    @property
    def label(self):
        return "named"


class Record:
    def __init__(self, label, took):
        self.label, self.took = label, took


class Tokens:
    """What is compared, drawn and put into queues of the loop takes no time, and neither does what records have."""

    def __init__(self):
        self.lock = threading.Lock()
        self.pending = {}
        self.queues: dict[str, asyncio.Queue] = {}
        self.records = []

    def mint(self):
        with self.lock:
            token = secrets.token_urlsafe(8)
            self.pending[token] = time.time() + 10
            return token

    def consume(self, token):
        with self.lock:
            for candidate in list(self.pending):
                if hmac.compare_digest(candidate, token):
                    self.pending.pop(candidate, None)
                    return True
        return False

    def bind(self, name):
        with self.lock:
            queue = self.queues.get(name)
            if queue is None:
                queue = self.queues[name] = asyncio.Queue(maxsize=3)
                queue.put_nowait(name)
            return queue

    def slowest(self):
        with self.lock:
            return [record.label for record in sorted(self.records, key=lambda record: record.took)[:3]]


async def tokens_of_tasks():
    tokens = Tokens()
    token = tokens.mint()
    tokens.records.append(Record("a", 1))
    return tokens.consume(token), tokens.consume("b"), tokens.bind("q").qsize(), tokens.slowest()


class Lease:
    held = 0

    def __init__(self):
        Lease.held += 1

    def end(self):
        Lease.held -= 1


class Desk:
    _lock = threading.Lock()

    def __init__(self):
        self.lease = Lease()

    def take(self):
        with Desk._lock:
            lease, self.lease = self.lease, None
            return lease


async def work(desk):
    lease = desk.take()
    try:
        await asyncio.sleep(1)
    finally:
        lease.end()


async def cancelled():
    task = asyncio.create_task(work(Desk()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return Lease.held


async def drain(orders, is_open):
    count = 0
    while is_open() or not orders.empty():
        if orders.qsize() > 0 and not orders.empty():
            orders.get()
            count += 1
            continue
        await asyncio.sleep(0.001)
    return count


async def drained():
    orders = queue.Queue()
    done = asyncio.Event()
    tasks = [asyncio.create_task(drain(orders, lambda: not done.is_set())) for _ in range(3)]
    for number in range(20):
        orders.put_nowait(number)
        await asyncio.sleep(0.001)
    done.set()
    return sum(await asyncio.gather(*tasks))


def pacer(kind, pause):
    if kind == "fast":
        pause = lambda seconds: asyncio.create_task(asyncio.sleep(seconds, "fast"))

        async def pace():
            return await asyncio.gather(*[pause(0.001) for _ in range(2)])

        return pace
    raise ValueError(kind)


async def main():
    print(await old_quotes())
    print(await cancelled())
    print(await drained())
    print(await tokens_of_tasks())
    print(await pacer("fast", time.sleep)())


asyncio.run(main())
