"""Handlers of several kinds on several loggers."""

import logging
import logging.config
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path


class Slow(logging.Handler):
    """Writes with a delay, as over a network."""

    def __init__(self, path, level=logging.NOTSET):
        super().__init__(level)
        self.path = path
        self.number = 0

    def emit(self, record):
        time.sleep(0.06)
        self.number += 1
        with open(self.path, "a") as file:
            file.write(f"{self.number} {self.format(record)}\n")


class Short(logging.Formatter):
    """Shows the kind of an exception, not its traceback."""

    def format(self, record):
        kind = record.exc_info[0].__name__ if record.exc_info else "-"
        return f"{record.name} {record.getMessage()} ({kind})"


class Once(logging.Filter):
    def __init__(self):
        super().__init__()
        self.seen = set()

    def filter(self, record):
        text = record.getMessage()
        is_new = text not in self.seen
        self.seen.add(text)
        return is_new


def configure(folder: Path):
    logging.basicConfig(filename=folder / "all.log", level=logging.INFO, format="%(levelname)s %(message)s [%(name)s]")
    slow = Slow(folder / "slow.log", logging.ERROR)
    slow.setFormatter(Short())
    slow.addFilter(Once())
    logging.getLogger().addHandler(slow)
    parts = RotatingFileHandler(folder / "parts.log", maxBytes=4000, backupCount=200)
    parts.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("app.parts").addHandler(parts)
    logging.getLogger("app.quiet").propagate = False
    logging.getLogger("app.quiet").addHandler(parts)
