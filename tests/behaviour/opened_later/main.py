"""A connection that is opened and set up in a method, and closed in another one, stays on one thread."""

import asyncio
import os
import tempfile

from notes import Notes


async def write(notes, author):
    for number in range(3):
        await asyncio.sleep(0)
        notes.add(f"{author} {number}")


async def main(path):
    notes = Notes(path)
    notes.open()
    await asyncio.gather(write(notes, "ann"), write(notes, "bob"))
    try:
        notes.add("ann 1")
    except ValueError as error:
        print("known", error)
    print(sorted(notes.texts()))
    notes.close()
    print(notes.db)


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(os.path.join(folder, "notes.db")))
