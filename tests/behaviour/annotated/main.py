import asyncio

from ledger import Ledger, Rule, doubled, either, measure, price, rows
from stock import Stock


async def visit(articles: list[str]) -> None:
    for name in ("price", "weight"):
        print(name, measure(name, articles[0]))
        await asyncio.sleep(0)
    print(doubled(price, "nut"))
    await asyncio.sleep(0)
    ledger, rule = Ledger(price), Rule(price, 12)
    for article in articles:
        print(ledger.note(article), rule.holds(article))
        await asyncio.sleep(0)
    for article, cost in rows(articles):
        print(article, cost)
        await asyncio.sleep(0)
    print(either(price, "bolt"), either(str.title, "bolt"))


async def look(stock: Stock) -> None:
    for names in stock.all():
        print(*names)
        await asyncio.sleep(0)
    print(stock.first())


async def main() -> None:
    await visit(["nut", "washer"])
    await look(Stock(["hall", "yard"]))


asyncio.run(main())
