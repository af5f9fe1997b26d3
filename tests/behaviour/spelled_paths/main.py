"""One file, the path of which is put together in two ways: what reads it and what writes it belong together."""

import asyncio
import json
import os
import shutil
import tempfile
from pathlib import Path

ROOT = os.path.join(tempfile.gettempdir(), f"spelled_paths_{os.getpid()}")
BASE = Path(ROOT)


def load(name):
    path = os.path.join(ROOT, name + ".json")
    if not os.path.exists(path):
        return {"n": 0}
    with open(path) as file:
        return json.load(file)


def save(name, state):
    with open(BASE / f"{name}.json", "w") as file:
        json.dump(state, file)


async def visit(name):
    state = load(name)
    state["n"] += 1
    save(name, state)
    return state["n"]


def last(key):
    path = "%s/%s.n" % (ROOT, key)
    if not os.path.isfile(path):
        return 0
    with open(path) as file:
        return int(file.read())


def keep(key, number):
    with open("{}/{}.n".format(ROOT, key), "w") as file:
        file.write(str(number))


async def draw(key):
    number = last(key)
    keep(key, number + 1)
    return number


class Ledger:
    def __init__(self, folder):
        self.path = folder + "/ledger.json"
        self.folder = folder
        self.file = Path(folder) / "ledger.json"

    def rows(self):
        with open(self.path) as file:
            return json.load(file)

    def store(self, rows):
        self.file.write_text(json.dumps(rows))


async def book(ledger, row):
    rows = ledger.rows()
    rows.append(row)
    ledger.store(rows)


async def main():
    os.makedirs(ROOT, exist_ok=True)
    ledger = Ledger(ROOT)
    ledger.store([])
    print(sorted(await asyncio.gather(*(visit(name) for name in "abaa"))))
    print(sorted(await asyncio.gather(*(draw(key) for key in "abaab"))))
    await asyncio.gather(*(book(ledger, row) for row in range(5)))
    print(sorted(ledger.rows()))
    shutil.rmtree(ROOT)


asyncio.run(main())
