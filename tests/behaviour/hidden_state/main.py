import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

OWN = Path(__file__)
TICKETS = []


def first_word() -> str:
    return OWN.read_text().split()[0]


def ticket() -> str:
    TICKETS.append(first_word())
    return f"{TICKETS[-1]} {len(TICKETS)}"


def later() -> str:
    asyncio.get_running_loop().call_soon(print, "later")
    return first_word()


class Lazy:
    def __init__(self, make):
        self.make = make

    def __get__(self, owner, kind=None):
        value = self.make(owner)
        owner.__dict__[self.make.__name__] = value
        return value


class Shop:
    def __init__(self) -> None:
        self.words = defaultdict(first_word)

    @Lazy
    def sign(self) -> list[str]:
        return [first_word()]


SHOP = Shop()


@dataclass
class Order:
    ticket: str = field(default_factory=ticket)


@dataclass
class Command:
    run: Callable[[], str]


COMMANDS = [Command(later)]


class Leave:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        print(first_word())


async def once() -> None:
    # Whoever comes second has what the first one made.
    signs = [SHOP.sign, SHOP.sign]
    print(signs[0] is signs[1])


async def words(key: str) -> None:
    print(SHOP.words[key])


async def order() -> None:
    print(Order().ticket)


async def commands() -> None:
    print(COMMANDS[0].run())


async def stack() -> None:
    done = asyncio.get_running_loop().create_future()
    with ExitStack() as stack:
        stack.callback(done.set_result, "done")
        stack.enter_context(Leave())
    print(await done)


async def main() -> None:
    await asyncio.gather(once(), once())
    await asyncio.gather(words("a"), words("a"))
    await asyncio.gather(order(), order())
    await commands()
    await stack()


asyncio.run(main())
