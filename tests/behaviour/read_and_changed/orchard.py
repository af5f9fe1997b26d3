"""Trees and what was picked of them, each function with a connection of its own."""

import sqlite3
from contextlib import contextmanager

PATH = "orchard.db"
LEFT = "SELECT apples FROM trees WHERE name = ?"
NOTE = "INSERT INTO picked (name, apples) VALUES (?, ?)"


@contextmanager
def orchard():
    db = sqlite3.connect(PATH, timeout=10)
    try:
        yield db
        db.commit()
    finally:
        db.close()


def plant(**trees):
    with orchard() as db:
        db.executescript("CREATE TABLE trees (name TEXT UNIQUE, apples INT); CREATE TABLE picked (name TEXT, apples INT)")
        db.executemany("INSERT INTO trees VALUES (?, ?)", trees.items())


def pick(name, apples):
    """Reads how many are left, and writes how many are left then."""
    with orchard() as db:
        (left,) = db.execute(LEFT, (name,)).fetchone()
        taken = min(apples, left)
        db.execute("UPDATE trees SET apples = ? WHERE name = ?", (left - taken, name))
        db.execute(NOTE, (name, taken))
    return taken


def graft(name):
    """Makes a tree unless there is one, though nothing in the table says that there may be only one."""
    with orchard() as db:
        if run(db, "SELECT count(*) FROM picked WHERE name = ?", name).fetchone()[0]:
            return False
        run(db, "INSERT INTO picked (name, apples) VALUES (?, 0)", name)
    return True


def run(db, statement, *values):
    return db.execute(statement, values)


def note(name, apples):
    with orchard() as db:
        db.execute(NOTE, (name, apples))


def left():
    with orchard() as db:
        return dict(db.execute("SELECT name, apples FROM trees ORDER BY name").fetchall())


def total():
    with orchard() as db:
        return db.execute("SELECT count(*), sum(apples) FROM picked").fetchone()
