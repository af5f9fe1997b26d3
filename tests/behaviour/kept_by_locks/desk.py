import subprocess
import sys
import time
import zlib

SLOW = 0.01


def ask(name):
    return subprocess.check_output([sys.executable, "-c", f"print('{name}!')"], text=True).strip()


class Desk:
    """A cache, and items that come once."""

    def __init__(self):
        self.items = {}
        self.versions: dict[str, str] = {}
        self.asked = 0

    def store(self, name: str, data: bytes) -> int:
        if name in self.items:
            raise ValueError(f"{name} is here")
        self.items[name] = zlib.compress(data, 9)
        return len(self.items)

    async def version(self, name: str) -> str:
        if (known := self.versions.get(name)) is not None:
            return known
        self.versions[name] = ask(name)
        self.asked += 1
        return self.versions[name]

    async def forget(self, name: str) -> bool:
        return self.versions.pop(name, None) is not None


class Rates:
    """Read when they are asked for first."""

    def __init__(self) -> None:
        self.loaded: dict[str, int] | None = None
        self.loads = 0

    async def get(self, name: str) -> int:
        if self.loaded is None:
            self.loads += 1
            self.loaded = {word: len(ask(word)) for word in ("euro", "pound")}
        return self.loaded[name]


class Tickets:
    def __init__(self) -> None:
        self.next_number = 1
        self.current: str | None = None
        self.served: list[str] = []

    async def issue(self, who: str) -> int:
        number = self.next_number
        time.sleep(SLOW / number)
        self.next_number = number + 1
        return number

    async def serve(self, number: int) -> str:
        self.current = str(number)
        time.sleep(SLOW / number)
        self.served.append(self.current)
        return f"{number} {self.current}"


class Busy(Exception):
    pass


class Till:
    """Nobody sees it busy."""

    def __init__(self) -> None:
        self.busy = False
        self.balance = 100

    async def pay(self, amount: int) -> int:
        if self.busy:
            raise Busy
        self.busy = True
        try:
            if amount > self.balance:
                raise ValueError(amount)
            left = self.balance - amount
            time.sleep(SLOW)
            self.balance = left
            return left
        finally:
            self.busy = False
