"""Functions that make what they return, of what they are given: who has it alone may work on it on both sides of an await."""

import asyncio
import json
import queue
import time
from pathlib import Path


def signed(name):
    if not name:
        return None
    return {"name": name, "shown": name.title()}


class Letters:
    """Turns letters of one form into those of another one."""

    def __init__(self, folder):
        self.folder = folder
        self.sent: queue.Queue = queue.Queue()

    def convert(self, letter, box):
        stamp = letter.get("stamp") or {}
        made = {"id": letter.get("id"), "box": {"name": box}, "stamp": {"value": stamp.get("value", 0)}}
        if writer := signed(letter.get("from")):
            made["from"] = writer
        if "body" in letter:
            made["body"] = {"text": letter["body"]}
        return made

    def read(self, name):
        return json.loads((self.folder / f"{name}.json").read_text())

    def letter(self, name, box):
        letter = self.convert(self.read(name), box)
        letter["title"] = letter.get("title") or name
        letter["stamp"]["seen"] = (self.folder / f"{name}.json").stat().st_size > 0
        return letter

    def all(self, names, box):
        return [self.convert(self.read(name), box) for name in names]

    async def deliver(self, name):
        letter = self.letter(name, "north")
        letter["stamp"]["value"] += 1
        time.sleep(0.002)
        letter["stamp"]["value"] += len(letter["body"]["text"])
        self.sent.put(letter["title"])
        return letter


async def main():
    folder = Path("letters")
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(("ann", "bob")):
        (folder / f"{name}.json").write_text(json.dumps({"id": number, "from": name, "body": "hello " + name}))
    letters = Letters(folder)
    print(*await asyncio.gather(letters.deliver("ann"), letters.deliver("bob")), sep="\n")
    print(letters.all(["bob", "ann"], "south"))
    print(sorted(letters.sent.get_nowait() for _ in range(2)))


asyncio.run(main())
