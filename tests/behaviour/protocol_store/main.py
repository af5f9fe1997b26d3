"""One member of a protocol keeps what it has in memory, another one in files: who reads and then writes does both in one go."""

import asyncio
import tempfile
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    def load(self, key: str) -> int: ...

    def save(self, key: str, value: int) -> None: ...


class MemoryStore:
    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def load(self, key: str) -> int:
        return self.rows.get(key, 0)

    def save(self, key: str, value: int) -> None:
        self.rows[key] = value


class FileStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: str) -> int:
        try:
            return int((self.folder / key).read_text())
        except FileNotFoundError:
            return 0

    def save(self, key: str, value: int) -> None:
        (self.folder / key).write_text(str(value))


class Book:
    def __init__(self, store: Store) -> None:
        self.store = store

    async def add(self, key: str, amount: int) -> None:
        value = self.store.load(key)
        self.store.save(key, value + amount)


async def main() -> None:
    book = Book(MemoryStore())
    await book.add("a", 1)
    book = Book(FileStore(Path(tempfile.mkdtemp())))
    await asyncio.gather(*(book.add("b", 1) for _ in range(20)))
    print(book.store.load("b"))


asyncio.run(main())
