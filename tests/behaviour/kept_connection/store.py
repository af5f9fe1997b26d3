import sqlite3


class Store:
    """Keeps a connection that only the thread which made it may use."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        self.db.create_function("double", 1, lambda value: value * 2)
        self.db.execute("create table if not exists notes (author text, text text)")

    def add(self, author: str, text: str) -> int:
        cursor = self.db.cursor()
        with self.db:
            cursor.execute("insert into notes values (?, ?)", (author, text))
        return self.db.execute("select double(count(*)) from notes").fetchone()[0]

    def notes(self) -> sqlite3.Cursor:
        return self.db.execute("select author, text from notes order by author, text")

    async def count(self) -> int:
        cursor = self.db.cursor()
        cursor.execute("select count(*) from notes")
        return cursor.fetchone()[0]

    def close(self) -> None:
        self.db.close()


def fill(path: str) -> None:
    db = sqlite3.connect(path)
    db.execute("create table notes (author text, text text)")
    db.execute("insert into notes values ('nobody', 'first')")
    db.commit()
    db.close()
