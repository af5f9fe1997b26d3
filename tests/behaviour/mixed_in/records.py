"""What a shop keeps; `Stored` is mixed into the kinds of record."""

from __future__ import annotations

import time
from typing import ClassVar


class Disk:
    """Takes its time."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        time.sleep(0.05)
        self.written.append(text)
        return len(self.written)


class Record:
    disk: ClassVar[Disk]

    def __init__(self, key: str) -> None:
        self.key = key
        self.reads = 0

    def load(self, name: str) -> str:
        self.reads += 1
        with open(name, encoding="utf-8") as file:
            return file.readline().strip()


class Stored:
    def save(self) -> int:
        return self.disk.write(self.key)
