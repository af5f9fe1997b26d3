"""What tasks do to files one after the other, they still do one after the other: in a thread."""

import asyncio

import store
from store import FOLDER, Taken, book, load, rates, save

PLAN = FOLDER / "plan.json"
COUNTS = FOLDER / "counts.json"


async def order(seat, who):
    await asyncio.sleep(0)
    try:
        return f"{who} has {seat}, seat number {book(PLAN, seat, who)}"
    except Taken as taken:
        return f"{who}: {taken}"


async def count(name):
    await asyncio.sleep(0)
    counts = load(COUNTS)
    counts[name] = counts.get(name, 0) + 1
    save(COUNTS, counts)
    await asyncio.sleep(0)
    return counts[name]


async def rate(name):
    return len(rates(name))


async def main():
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "rates").write_text("1 2 3")
    wishes = [("A1", "Ida"), ("A2", "Jon"), ("A1", "Kai"), ("B7", "Lea"), ("A2", "Mia")]
    for line in await asyncio.gather(*(order(seat, who) for seat, who in wishes)):
        print(line)
    print(sorted(await asyncio.gather(*(count("visits") for _ in range(6)))))
    print(await asyncio.gather(rate("euro"), rate("euro"), rate("pound")))
    print(load(PLAN), load(COUNTS), sorted(path.name for path in FOLDER.iterdir()))
    print(store.Taken.__name__)


asyncio.run(main())
