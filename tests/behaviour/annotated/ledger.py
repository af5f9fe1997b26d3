import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Optional


def price(article):
    time.sleep(0.005)
    return len(article) * 3


def weight(article):
    time.sleep(0.005)
    return len(article)


MEASURES = {"price": price, "weight": weight}


def measure(name, article):
    return MEASURES[name](article)


def doubled(ask: Callable[[str], int], article: str) -> "int":
    return ask(article) + again(article, ask=ask)


def again(article: str, *, ask: "Callable[[str], int]") -> int:
    return ask(article)


@dataclass
class Rule:
    ask: Callable[[str], int]
    limit: int

    def holds(self, article: str) -> bool:
        return self.ask(article) <= self.limit


class Ledger:
    _ask: Optional[Callable[[str], int]]

    def __init__(self, ask: Callable[[str], int]) -> None:
        self._ask = ask
        self.lines: list[str] = []

    def note(self, article: str) -> str:
        self.lines.append(f"{article} {self._ask(article)}")
        return self.lines[-1]


def rows(articles: "list[str]") -> "Iterator[tuple[str, int]]":
    for article in articles:
        yield article, price(article)


def either(ask: Callable[[str], object], article: str) -> object:
    return ask(article)
