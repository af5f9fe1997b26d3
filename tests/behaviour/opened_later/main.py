"""A connection that is opened and set up in a method, and closed in another one, stays on one thread."""

import asyncio
import os
import tempfile

from notes import Notes


class Desk:
    def __init__(self, notes):
        self.notes = notes

    async def start(self):
        self.notes.open()

    async def write(self, author):
        for number in range(3):
            await asyncio.sleep(0)
            self.notes.add(f"{author} {number}")


async def main(path):
    notes = Notes(path)
    desk = Desk(notes)
    await desk.start()
    await asyncio.gather(desk.write("ann"), desk.write("bob"))
    try:
        notes.add("ann 1")
    except ValueError as error:
        print("known", error)
    print(sorted(notes.texts()))
    notes.close()


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(os.path.join(folder, "notes.db")))
