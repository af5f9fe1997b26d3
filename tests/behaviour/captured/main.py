import asyncio
import tempfile
from pathlib import Path
from typing import Callable

FOLDER = Path(tempfile.mkdtemp())


def retry(step: Callable[[int], bool]) -> int:
    tries = 1
    while not step(tries):
        tries += 1
    return tries


class Desk:
    def __init__(self) -> None:
        self.served = 0

    def serve(self, who: str) -> str:
        seen = []

        def step(number: int) -> bool:
            (FOLDER / f"{who}{number}").write_text(who)
            seen.append(f"{who}{number}")
            return len(seen) > 1

        tries = retry(step)
        self.served += 1
        return f"{tries} {seen}"


async def guest(desk: Desk, who: str) -> str:
    return desk.serve(who)


async def main() -> None:
    desk = Desk()
    print(await asyncio.gather(guest(desk, "a"), guest(desk, "b")))
    print(desk.served)


asyncio.run(main())
