import threading
import time

SLOW = 0.002


class Gauge:
    """Who asks must never see it at work."""

    def __init__(self):
        self.is_at_work = False

    async def measure(self):
        if self.is_at_work:
            return "busy"
        self.is_at_work = True
        time.sleep(SLOW)
        self.is_at_work = False
        return "done"

    async def seen(self):
        return self.is_at_work


class Stock:
    """A function that cannot wait writes as well."""

    def __init__(self):
        self.left = 4

    async def take(self, count):
        if self.left < count:
            return False
        time.sleep(SLOW)
        self.left -= count
        return True

    def refill(self):
        self.left = 4


class Shelf:
    """What it holds is handed on."""

    def __init__(self):
        self.items = []

    async def put(self, item):
        number = len(self.items)
        time.sleep(SLOW)
        self.items.append(f"{item}{number}")
        return number

    def all(self):
        return self.items


class Pair:
    """Somebody reads before, and awaits what writes."""

    def __init__(self):
        self.number = 0

    async def next(self):
        first = self.number
        second = await self.advance()
        return first, second

    async def advance(self):
        number = self.number + 1
        time.sleep(SLOW)
        self.number = number
        return number


class Pooled:
    """Somebody would wait with another lock in hand."""

    def __init__(self):
        self.number = 0
        self.gate = threading.RLock()

    async def next(self):
        with self.gate:
            number = self.number
            time.sleep(SLOW)
            self.number = number + 1
        return number
