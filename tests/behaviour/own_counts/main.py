"""What a thread counts and collects for itself would be missing in another one."""

import asyncio
import threading
from pathlib import Path

_counts = threading.local()
_lines = threading.local()


def count() -> int:
    if not hasattr(_counts, "n"):
        _counts.n = 0
    _counts.n += 1
    return _counts.n


def lines() -> list[str]:
    if not hasattr(_lines, "all"):
        _lines.all = []
    return _lines.all


def read(name):
    text = Path(name).read_text()
    lines().append(text)
    return f"{count()} {text} {len(lines())}"


async def main():
    print(read("one.txt"))
    await asyncio.sleep(0)
    print(count(), lines(), read("one.txt"))


Path("one.txt").write_text("1")
asyncio.run(main())
