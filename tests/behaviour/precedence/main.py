import asyncio
import time


def slow(*values, **named):
    time.sleep(0.01)
    print("slow", values, sorted(named.items()))
    return list(values) + [named]


def total(values):
    time.sleep(0.01)
    return sum(values)


def number(n: int) -> int:
    time.sleep(0.01)
    print("number", n)
    return n


def note(n: int) -> int:
    print("note", n)
    return n


async def main() -> None:
    print(slow(1)[0], slow("x")[0].upper(), -number(2) ** 2, 2 ** number(3))
    print(note(1) + number(2) * note(3), number(4) if number(0) else number(5))
    print(number(0) and number(1), number(0) or number(7), not number(0))
    print([number(n) for n in range(3) if number(n) > 0], {number(1): number(2)}, (number(3),))
    print(f"{number(4)} and {number(5):>4}", *slow(6)[:1])
    if (found := number(8)) > 7:
        print("found", found)
    while number(1) == 0:
        pass
    assert number(1), "never"
    print(slow(
        1,  # one
        key=number(2),
    ))
    print((slow)(3)[0], (lambda: 1)(), total(n for n in range(4)))
    values = slow(number(1), slow(number(2)), other=slow())
    print(len(values))
    return(number)(9)


print(asyncio.run(main()))
