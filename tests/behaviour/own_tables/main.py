import asyncio

from tables import FarTable

stock = FarTable()
names = FarTable()


def deliver(item: str, count: int) -> int:
    known = item in stock
    stock[item] = count + (stock[item] if known else 0)
    if not known:
        names[item] = item.title()
    return stock[item]


def report() -> list[str]:
    return sorted(f"{names.get(item, '?')}: {count}" for item, count in stock.items())


def sell(item: str) -> int:
    left = stock.setdefault(item, 1) - 1
    stock.update({item: left}, sold=1)
    return left


async def shop(item: str) -> None:
    print(deliver(item, 2), deliver(item, 3), sell(item))


async def main() -> None:
    await shop("tea")
    await asyncio.gather(shop("milk"), asyncio.sleep(0))
    print(report(), len(stock), list(names))
    del names["Tea".lower()]
    print(names.pop("milk"), dict(names))


asyncio.run(main())
