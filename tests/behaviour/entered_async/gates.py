import time
from collections import Counter
from typing import Iterator

SEEN = Counter()


class Ended(KeyError):
    pass


class Gate:
    inside = 0

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        Gate.inside += 1
        time.sleep(0.01)
        return self

    def __exit__(self, kind, error, trace):
        SEEN[kind.__name__ if kind else "-"] += 1
        time.sleep(0.01)
        Gate.inside -= 1
        return kind is Ended


class Strict(Gate):
    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        return False


class Letters:
    given = 0

    def __init__(self, text):
        self.text = text

    def __iter__(self) -> Iterator[str]:
        for letter in self.text:
            time.sleep(0.005)
            Letters.given += 1
            yield letter


class Numbers:
    given = 0

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(0.005)
        if self.count == 0:
            raise StopIteration
        self.count -= 1
        Numbers.given += 1
        return self.count
