"""Of two calls that work on the same, a coroutine makes one or the other."""

import asyncio
from pathlib import Path

from desk import Desk


async def serve(desk: Desk, customer: str, is_late: bool) -> str:
    await asyncio.sleep(0)
    return desk.remind(customer) if is_late else desk.bill(customer)


async def repeat(desk: Desk, customer: str, how: str) -> str:
    await asyncio.sleep(0)
    if how == "bill":
        text = desk.bill(customer)
    elif how == "reminder":
        text = desk.remind(customer)
    else:
        await asyncio.sleep(0.001)
        text = how
    return text.strip()


async def main() -> None:
    desk = Desk(Path("."))
    served = [serve(desk, name, name > "b") for name in ("ann", "bob", "cyd")]
    print(await asyncio.gather(*served))
    print(await asyncio.gather(*(repeat(desk, "dan", how) for how in ("bill", "reminder", "none"))))


if __name__ == "__main__":
    Path("bill.txt").write_text("bill of {}\n")
    Path("reminder.txt").write_text("reminder for {}\n")
    asyncio.run(main())
