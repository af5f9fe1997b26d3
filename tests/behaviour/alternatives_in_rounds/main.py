"""One round of a loop takes the one branch, the next one the other: what that has read must still hold."""

import asyncio
from pathlib import Path


class Gauge:
    def __init__(self) -> None:
        self.level = 0

    def measure(self, name: str) -> int:
        return self.level + len(Path(name).read_text())

    async def follow(self, steps: list[str]) -> None:
        measured = 0
        for step in steps:
            if step == "measure":
                measured = self.measure("water")
            else:
                self.level = measured


async def main() -> None:
    gauge = Gauge()
    await asyncio.gather(*(gauge.follow(["measure", "set"]) for _ in range(4)))
    print(gauge.level)


if __name__ == "__main__":
    Path("water").write_text("~~~")
    asyncio.run(main())
