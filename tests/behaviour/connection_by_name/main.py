import asyncio
import os
import sqlite3
import tempfile

from shelf import Shelf


class Desk:
    """Finds what a request wants by a part of its name, or holds it in a variable."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def answer(self, command: str, words: list[str]) -> str:
        handler = getattr(self, f"do_{command}", None)
        if handler is None:
            return f"what is {command}?"
        try:
            return str(handler(*words))
        except sqlite3.IntegrityError as problem:
            return f"refused: {problem}"

    def do_put(self, label: str, grams: str) -> int:
        return self.shelf.put(label, int(grams))

    def do_jars(self) -> str:
        return ", ".join(self.shelf.jars())

    def weight(self) -> int:
        weigh = self.shelf.weigh
        return weigh()


async def serve(desk: Desk, line: str) -> None:
    command, *words = line.split()
    print(desk.answer(command, words))


async def main(path: str) -> None:
    shelf = Shelf(path)
    desk = Desk(shelf)
    for line in ["put plums 300", "put figs 250", "put plums 10", "jars", "nap"]:
        await serve(desk, line)
    await asyncio.gather(*(serve(desk, f"put jar{number} {number}") for number in range(2)))
    print(desk.weight())
    shelf.shut()


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(os.path.join(folder, "shelf.db")))
