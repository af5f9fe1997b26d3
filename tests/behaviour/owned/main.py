"""Connections that only their own thread may use."""

import asyncio
import sqlite3


class Notes:
    def __init__(self):
        self.db = sqlite3.connect("notes.db")
        self.db.execute("create table if not exists notes (text)")

    def add(self, text):
        self.db.execute("insert into notes values (?)", (text,))
        self.db.commit()

    def all(self):
        return [row[0] for row in self.db.execute("select text from notes order by text")]


def count():
    with sqlite3.connect("notes.db") as db:
        return db.execute("select count(*) from notes").fetchone()[0]


async def main():
    notes = Notes()
    notes.add("b")
    notes.add("a")
    print(notes.all())
    print(count())


asyncio.run(main())
