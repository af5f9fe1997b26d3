"""Connections that a helper makes, uses and closes work in any thread; one that tasks share stays where it was made."""

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing

PATH = os.path.join(tempfile.mkdtemp(), "notes.db")


def opened():
    return sqlite3.connect(PATH)


def prepare():
    connection = opened()
    connection.execute("CREATE TABLE notes (text TEXT)")
    connection.commit()
    connection.close()


def add(text):
    with closing(sqlite3.connect(PATH)) as connection:
        connection.execute("INSERT INTO notes VALUES (?)", (text,))
        connection.commit()


def count():
    connection = sqlite3.connect(PATH)
    try:
        return connection.execute("SELECT count(*) FROM notes").fetchone()[0]
    finally:
        connection.close()


def texts():
    with closing(opened()) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM notes ORDER BY text")]


async def note(text):
    await asyncio.sleep(0)
    add(text)


async def main():
    prepare()
    await asyncio.gather(*(note(text) for text in ("b", "a", "c")))
    print(count(), texts())


asyncio.run(main())
