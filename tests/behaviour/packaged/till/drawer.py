from pathlib import Path


class Drawer:
    """Counts what it has, and notes it down."""

    def __init__(self, path):
        self.path = Path(path)
        self.total = 0

    def take(self, amount):
        before = self.total
        self.path.write_text(f"{before} {amount}")
        self.total = before + amount
        return self.total

    def last(self):
        return self.path.read_text()
