import sqlite3


class Shelf:
    """Keeps a connection that only the thread which made it may use."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists jars (label text unique, grams integer)")

    def put(self, label: str, grams: int) -> int:
        with self.db:
            return self.db.execute("insert into jars values (?, ?)", (label, grams)).lastrowid

    def jars(self):
        cursor = self.db.cursor()
        cursor.execute("select label, grams from jars order by label")
        for label, grams in cursor:
            yield f"{label} {grams}"

    def weigh(self) -> int:
        return self.db.execute("select sum(grams) from jars").fetchone()[0]

    def shut(self) -> None:
        self.db.close()
