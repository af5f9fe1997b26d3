"""Files that tasks read, change and write back."""

import functools
import json
import os
import time
from pathlib import Path


class Taken(Exception):
    pass


def load(path):
    return json.loads(path.read_text()) if path.exists() else {}


def save(path, data):
    draft = path.with_suffix(".draft")
    with open(draft, "w") as file:
        for part in (json.dumps(data), "\n"):
            file.write(part)
            time.sleep(0.01)
    os.replace(draft, path)


def book(path, seat, who):
    plan = load(path)
    if seat in plan:
        raise Taken(f"{seat} belongs to {plan[seat]}")
    plan[seat] = who
    save(path, plan)
    return len(plan)


@functools.lru_cache
def rates(name):
    print("reads", name)
    with open(FOLDER / "rates") as file:
        return file.read().split()


FOLDER = Path(__file__).parent / "data"
