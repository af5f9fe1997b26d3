"""A lock that only coroutines take becomes one of asyncio; one that a thread takes as well stays."""

import asyncio
import threading
import time
from threading import Lock


class Account:
    def __init__(self, balance):
        self._lock = threading.Lock()
        self._own: Lock = Lock()
        self.balance = balance
        self.history = []

    def is_busy(self):
        return self._lock.locked()

    async def draw(self, amount):
        with self._lock:
            before = self.balance
            if before < amount:
                return False
            time.sleep(0.06)
            self.balance = before - amount
        return True

    async def pay_in(self, amount):
        self._lock.acquire()
        try:
            before = self.balance
            time.sleep(0.06)
            self.balance = before + amount
        finally:
            self._lock.release()

    async def note(self, text):
        with self._own:
            count = len(self.history)
            time.sleep(0.06)
            self.history.append(f"{count} {text}")


class Meter:
    def __init__(self):
        self.lock = Lock()
        self.ticks = 0

    def tick(self):
        with self.lock:
            self.ticks += 1

    async def read(self):
        with self.lock:
            return self.ticks


class Cache:
    """Its helper takes the lock, so that a thread can run it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.value = None
        self.made = 0

    def get(self):
        with self.lock:
            if self.value is None:
                time.sleep(0.06)
                self.made += 1
                self.value = f"made {self.made}"
            return self.value


async def ask(cache):
    return cache.get()


async def main():
    print(await asyncio.gather(*(ask(cache) for cache in [Cache()] * 3)))
    account = Account(10)
    drawn = await asyncio.gather(*(account.draw(4) for _ in range(3)), account.pay_in(1), account.pay_in(2))
    print(drawn, account.balance, account.is_busy())
    await asyncio.gather(account.note("a"), account.note("b"))
    print(account.history)
    meter = Meter()
    threads = [threading.Thread(target=meter.tick) for _ in range(3)]
    for thread in threads:
        thread.start()
    while await meter.read() < 3:
        await asyncio.sleep(0.01)
    print(await meter.read())


asyncio.run(main())
