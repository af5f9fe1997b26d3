"""Generators that block become asynchronous, with everything that goes through them."""

import asyncio

from feed import Feed, entries, framed, numbers, slow_rows, tail


async def first(kind):
    for entry in entries(kind):
        if entry.endswith("2"):
            return entry
    return None


async def count(kind):
    total = 0
    for number in numbers(3):
        if number == 2:
            continue
        total += number
    else:
        total += 100
    return total, sum(numbers(4)), sorted(numbers(3), reverse=True), max(numbers(2))


async def collect(kind):
    lines = list(framed(kind))
    print(lines, {*numbers(2)}, set(numbers(2)), ", ".join(entries(kind)))
    print([line.upper() for line in framed(kind) if line != "]"], {n: -n for n in numbers(2)})
    print(sum(len(entry) for entry in entries(kind)), next(numbers(3), None), next(numbers(0), "none"))
    print(any(n > 1 for n in numbers(5)), all(n for n in numbers(5)))


async def early():
    for line in tail(3):
        print("saw", line)
        if line == "line 1":
            break
    print("after the loop")
    for row in slow_rows(3):
        if row == 1:
            break
    print("after the rows", list(slow_rows(2)))
    try:
        for line in tail(2):
            raise ValueError(line)
    except ValueError as error:
        print("raised", error)


async def main():
    print(await first("a"), await first("b"))
    print(await count("a"))
    await collect("a")
    await early()
    feed = Feed(2)
    print([item for item in feed.items()], feed.asked)
    print(await asyncio.gather(first("c"), first("d")))


asyncio.run(main())
