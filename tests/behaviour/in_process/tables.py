import json
import math
from collections import Counter

LETTERS = "abcdefgh"


class NoSuchTable(ValueError):
    pass


def divisors(limit: int, least: int = 1) -> dict[int, int]:
    if limit < 1:
        raise NoSuchTable(f"no table of {limit}")
    found: dict[int, int] = {}
    for number in range(1, limit):
        for divisor in range(1, math.isqrt(number) + 1):
            if number % divisor == 0:
                found[number] = found.get(number, 0) + 1
    return {number: count for number, count in found.items() if count >= least}


def paths(steps: int) -> int:
    return 1 if steps < 2 else paths(steps - 1) + paths(steps - 2)


def listing() -> str:
    rows = [{"row": number, "letter": LETTERS[number % 8]} for number in range(120_000)]
    return json.dumps(rows)


def spread(words: list[str]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for _ in range(300_000):
        for word in words:
            counts[word] += len(word)
    return sorted(counts.items())
