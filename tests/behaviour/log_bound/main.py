"""A handler writes to a table through a connection that only the thread that made it may use."""

import asyncio
import logging
import sqlite3


class Table(logging.Handler):
    def __init__(self, path):
        super().__init__()
        self.database = sqlite3.connect(path)
        self.database.execute("CREATE TABLE lines (level TEXT, line TEXT)")

    def emit(self, record):
        self.keep(record.levelname, self.format(record))

    def keep(self, level, line):
        with self.database:
            self.database.execute("INSERT INTO lines VALUES (?, ?)", (level, line))


async def work(name):
    for number in range(3):
        logging.getLogger("shop").warning("%s %d", name, number)
        await asyncio.sleep(0.01)


async def main():
    logging.getLogger("shop").addHandler(Table("lines.db"))
    await asyncio.gather(work("ada"), work("bob"))


asyncio.run(main())
logging.shutdown()
for row in sqlite3.connect("lines.db").execute("SELECT * FROM lines"):
    print(*row)
