"""The products, kept in a JSON file."""

import json
from pathlib import Path

SOURCE = Path("products.json")


def _read(path: Path) -> list[dict]:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def products(category: str | None) -> list[dict]:
    return [item for item in _read(SOURCE) if category in (None, item["category"])]
