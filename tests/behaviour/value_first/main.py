"""Totals, texts and peaks that tasks write together: what they read of them, they read last."""

import asyncio
from pathlib import Path


def size(path):
    return len(Path(path).read_bytes())


class Report:
    def __init__(self):
        self.text = ""
        self.peak = 0
        self.sizes = {}

    async def note(self, path):
        await asyncio.sleep(0)
        self.text += f"{path}:{size(path)} "

    async def raise_peak(self, path):
        await asyncio.sleep(0)
        self.peak = max(self.peak, size(path))

    async def add(self, path):
        await asyncio.sleep(0)
        self.sizes[path] = "size"
        self.sizes[path] += f" {size(path)}"


async def main():
    report = Report()
    for name, length in (("a", 30), ("b", 50), ("c", 10)):
        Path(f"{name}.txt").write_text("x" * length)
    names = [f"{name}.txt" for name in "abc"]
    await asyncio.gather(*(report.note(name) for name in names))
    await asyncio.gather(*(report.raise_peak(name) for name in names))
    await asyncio.gather(*(report.add(name) for name in names))
    print(sorted(report.text.split()), report.peak, sorted(report.sizes.items()))


if __name__ == "__main__":
    asyncio.run(main())
