"""Steps that threads take in turn: under a time limit, on objects that only the callers know, with values that never change."""

import asyncio
import os
import subprocess
import tempfile
from dataclasses import dataclass

KINDS = {}


def kind(name):
    def register(cls):
        KINDS[name] = cls
        return cls

    return register


@dataclass(frozen=True)
class Mark:
    name: str
    size: int


class Trip:
    def __init__(self, name):
        self.name = name
        self.log = []


class Step:
    def __init__(self, desk, name):
        self.desk = desk
        self.name = name

    def do(self, trip):
        trip.log.append(self.name)
        self.desk.stamps += 1


@kind("stamp")
class Stamp(Step):
    pass


@kind("note")
class Note(Step):
    def do(self, trip):
        text = subprocess.run(["echo", trip.name], capture_output=True, text=True).stdout
        super().do(trip)
        self.desk.marks[trip.name] = Mark(text.strip(), len(text))


class Desk:
    def __init__(self, folder):
        self.folder = folder
        self.stamps = 0
        self.marks = {}
        self.seen = {}

    def handle(self, trip):
        for name in ("stamp", "note"):
            KINDS[name](self, name).do(trip)
        self.look()

    def look(self):
        now = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                now[entry.name] = entry.is_file()
        for name in sorted(now.keys() - self.seen.keys()):
            self.stamps += len(name)
        self.seen = now


async def visit(desk, trip):
    try:
        async with asyncio.timeout(30):
            desk.handle(trip)
    except ValueError:
        trip.log.append("bad")
    else:
        await asyncio.sleep(0)
        desk.handle(trip)


async def main(folder):
    desk = Desk(folder)
    trips = [Trip(f"trip {number}") for number in range(4)]
    await asyncio.gather(*(visit(desk, trip) for trip in trips))
    print(desk.stamps, sorted(desk.seen), [trip.log for trip in trips])
    return desk


with tempfile.TemporaryDirectory() as place:
    for file_name in ("a", "b"):
        open(os.path.join(place, file_name), "w").close()
    finished = asyncio.run(main(place))
    print(finished.stamps, sorted((mark.name, mark.size) for mark in finished.marks.values()))
