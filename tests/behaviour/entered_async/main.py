"""Objects that block where they are entered or gone through, and use what tasks share: they become asynchronous ones."""

import asyncio

from gates import Ended, Gate, Letters, Numbers, Strict

LOG = []


async def passes(gate, name):
    try:
        with gate:
            LOG.append(f"{name} in")
            await asyncio.sleep(0)
            if name == "b":
                raise Ended(name)
            LOG.append(f"{name} out")
    except KeyError as error:
        return f"{name}: {error}"
    return f"{name}: fine"


async def nested():
    outer, inner = Gate("outer"), Strict("inner")
    with outer as first, inner as second:
        await asyncio.sleep(0)
        return first.name, second.name, Gate.inside


async def reads(letters):
    found = []
    for letter in letters:
        found.append(letter)
        await asyncio.sleep(0)
    else:
        found.append("end")
    return found, max(letters), sorted(letters, reverse=True), [letter.upper() for letter in letters if letter > "a"]


async def counts():
    numbers = Numbers(3)
    first = next(numbers, None)
    rest = list(numbers)
    return first, rest, next(numbers, "none"), sum(Numbers(3)), {n for n in Numbers(2)}


async def main():
    print(await passes(Gate("one"), "a"), await passes(Gate("two"), "b"), await passes(Strict("three"), "b"))
    print(LOG, Gate.inside)
    print(await nested())
    print(await asyncio.gather(reads(Letters("abcd")), reads(Letters("ba"))))
    print(await counts(), Letters.given, Numbers.given)


asyncio.run(main())
