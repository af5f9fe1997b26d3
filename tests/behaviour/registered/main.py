import asyncio
import time

import jobs
from board import Board, Bell, Lift


async def send(kind: str) -> str:
    if (job := jobs.KINDS.get(kind)) is None:
        return f"no {kind}"
    return job("b")


async def lines(log: dict[str, str]) -> list[str]:
    """The lines are looked up before any of them is printed."""
    log["first"], log["second"] = "one", "two"
    return [jobs.printed(line) for line in (log["first"], log["second"])]


async def ride(lift: Lift) -> str:
    return lift.go("up")


async def main() -> None:
    board = Board()

    @board.on("noon", rank=2)
    def lunch(guest: str) -> str:
        time.sleep(0.01)
        return f"lunch for {guest}"

    board.on("noon", Bell(2))
    print(await ring(board))
    for kind in ("fast", "slow", "none"):
        print(await send(kind))
    print(await lines({}))
    print(await ride(Lift()))


async def ring(board: Board) -> list[str]:
    return board.publish("noon", "Ada")


asyncio.run(main())
