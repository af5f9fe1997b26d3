"""The main module and one of a package, which it knows by the package alone, have their threads take turns."""

import asyncio
from pathlib import Path

from shop import Stock


async def shopper(stock: Stock, name: str) -> int:
    taken = 0
    for number in range(4):
        taken += await stock.take(f"{name}{number}")
        await asyncio.sleep(0)
    return taken


async def keeper(stock: Stock) -> None:
    for _ in range(3):
        await asyncio.sleep(0)
        stock.flush()


async def main(stock: Stock) -> None:
    print(await asyncio.gather(shopper(stock, "a"), shopper(stock, "b"), keeper(stock)))


if __name__ == "__main__":
    STOCK = Stock(Path("stock.log"))
    asyncio.run(main(STOCK))
    STOCK.flush()
    lines = STOCK.path.read_text().splitlines()
    print(len(lines), [[line for line in lines if f" {name}" in line] for name in "ab"])
