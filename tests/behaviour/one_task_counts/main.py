"""A program with one task that counts: what makes missing entries and fields, and what runs at exit, is no other task."""

import asyncio
import atexit
import collections
import dataclasses
import pathlib


@dataclasses.dataclass
class Ledger:
    folder: pathlib.Path
    sizes: dict = dataclasses.field(default_factory=dict)
    total: int = 0
    kinds: collections.defaultdict = dataclasses.field(default_factory=lambda: collections.defaultdict(int))

    def enter(self, name: str, text: str) -> int:
        path = self.folder / name
        path.write_text(text)
        self.total += len(path.read_text())
        self.sizes[name] = len(text)
        self.kinds[path.suffix] += 1
        return self.total


def goodbye(ledger: Ledger) -> None:
    print("in the end", ledger.total, dict(ledger.kinds))


async def main() -> None:
    ledger = Ledger(pathlib.Path(__file__).parent)
    atexit.register(goodbye, ledger)
    groups = collections.defaultdict(list)
    for name, text in [("a.txt", "one"), ("b.txt", "three"), ("a.log", "five")]:
        groups[name[0]].append(ledger.enter(name, text))
    print(dict(groups), sorted(ledger.sizes.items()))


asyncio.run(main())
