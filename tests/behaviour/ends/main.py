import asyncio
import time
from itertools import chain, islice


def pieces(name: str):
    for number in range(3):
        time.sleep(0.01)
        yield f"{name}{number}"


class Feed:
    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0

    def __iter__(self):
        for piece in pieces(self.name):
            self.asked += 1
            yield piece


async def caught() -> str:
    try:
        return next(piece for piece in pieces("c") if piece > "z")
    except StopIteration:
        return "nothing"


async def ended() -> None:
    print(next(piece for piece in pieces("e") if piece > "z"))


async def main() -> None:
    print(next(pieces("n")))
    ready = (piece.upper() for piece in pieces("r"))
    print("made")
    first = next(ready)
    print(first, list(ready))
    a, b, c = (piece.upper() for piece in pieces("u"))
    print(a, b, c)
    head, *rest = pieces("h")
    print(head, rest, await caught())
    try:
        await ended()
    except RuntimeError as error:
        print(error, type(error.__cause__).__name__)
    feed = Feed("f")
    print(list(islice(feed, 2)), feed.asked, "f0" in feed, feed.asked)
    print(list(chain.from_iterable([Feed("i"), Feed("j")])), ",".join(Feed("k")))


asyncio.run(main())
