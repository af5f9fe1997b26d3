import sqlite3


class Notes:
    def __init__(self, path):
        self.path = path
        self.db = None

    def open(self):
        self.db = sqlite3.connect(self.path)
        self.db.row_factory = sqlite3.Row
        with self.db:
            self.db.execute("create table notes (id integer primary key, text text unique)")

    def add(self, text):
        try:
            with self.db:
                return self.db.execute("insert into notes (text) values (?)", (text,)).lastrowid
        except sqlite3.IntegrityError as error:
            raise ValueError(text) from error

    def texts(self):
        return [row["text"] for row in self.db.execute("select text from notes order by id").fetchall()]

    def close(self):
        self.db.close()
        self.db = None
