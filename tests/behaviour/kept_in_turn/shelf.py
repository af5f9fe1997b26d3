import hashlib
import time
from pathlib import Path


class Shelf:
    """Keeps the first text of each name; also used where there is no loop."""

    def __init__(self, root):
        self.root = Path(root)
        self.root.mkdir(exist_ok=True)
        self.sums = {}
        self.written = 0

    def put(self, name, text):
        if name in self.sums:
            return False
        (self.root / name).write_text(text)
        self.sums[name] = hashlib.sha256(text.encode()).hexdigest()
        self.written += 1
        return True

    def get(self, name):
        return (self.root / name).read_text()

    def names(self):
        return sorted(self.sums)


class Tree:
    """Asks itself again while it is at work, as no lock would let it."""

    def __init__(self):
        self.sizes = {}

    async def size(self, name):
        return self.measure(name)

    def measure(self, name):
        if name not in self.sizes:
            below = self.measure(name + "b") if len(name) < 3 else 0
            time.sleep(0.002)
            self.sizes[name] = below + 1
        return self.sizes[name]
