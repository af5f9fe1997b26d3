import asyncio
import time
from collections.abc import Iterator, MutableMapping
from contextlib import closing


def wait(value):
    time.sleep(0.01)
    return value


class Shelf(MutableMapping):
    """Each access waits, whatever it looks like."""

    def __init__(self) -> None:
        self.items_ = {}

    def __getitem__(self, key: str) -> str:
        return wait(self.items_)[key]

    def __setitem__(self, key: str, value: str) -> None:
        wait(self.items_)[key] = value

    def __delitem__(self, key: str) -> None:
        del wait(self.items_)[key]

    def __iter__(self) -> Iterator[str]:
        yield from wait(sorted(self.items_))

    def __len__(self) -> int:
        return wait(len(self.items_))


class Defaults(dict):
    def __missing__(self, key: str) -> str:
        return wait(f"no {key}")


class Label:
    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return wait(f"<{self.text}>")

    def __bool__(self) -> bool:
        return wait(self.text != "")

    def __call__(self, more: str) -> str:
        return wait(self.text + more)


class Journal:
    def __init__(self) -> None:
        self.lines = []

    def close(self) -> None:
        wait(None)
        print("closed with", self.lines)


async def fill(shelf: Shelf) -> None:
    shelf["b"] = "2"
    shelf["a"] = "1"
    shelf["a"] += "!"


async def show(shelf: Shelf) -> None:
    print("filled" if shelf else "empty", len(shelf), "a" in shelf, "x" in shelf)
    print(shelf.get("a"), shelf.get("x", "none"), shelf.setdefault("c", "3"))
    print(sorted(shelf.items()), [*shelf], shelf.pop("c"), dict(shelf))
    for key, value in shelf.items():
        print(key, value)
    first, *rest = shelf
    print(first, rest)
    del shelf["a"]
    print(list(shelf.values()))


async def labels(label: Label, empty: Label) -> None:
    print(f"{label} and {label!s}", str(label), "%s" % label)
    if label and not empty:
        print("one is empty")
    while not label:
        print("never")
    print(label("!"), Label("new")("?"))


async def main() -> None:
    shelf = Shelf()
    if not shelf:
        print("nothing there")
    await fill(shelf)
    await show(shelf)
    print(Defaults(x="y")["x"], Defaults()["z"])
    await labels(Label("text"), Label(""))
    with closing(Journal()) as journal:
        journal.lines.append("one")


asyncio.run(main())
