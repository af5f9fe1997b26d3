"""Handlers of the program: none of the library's that write is there to be found."""

import json
import logging
import time
from logging.handlers import MemoryHandler
from pathlib import Path


class Lamp(logging.Handler):
    """Blinks, which takes a while, and notes it in the record for those that come after it."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.02)
        self.number += 1
        record.blink = self.number
        with self.path.open("a") as file:
            file.write(self.format(record) + "\n")


class Siren(logging.StreamHandler):
    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.02)
        super().emit(record)


class Numbered(logging.FileHandler):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.number += 1
        record.number = self.number
        super().emit(record)


class Fields(logging.Formatter):
    """Shows all that a record has."""

    STOCK = vars(logging.makeLogRecord({}))

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        own = {name: value for name, value in vars(record).items() if name not in self.STOCK and name != "message"}
        return json.dumps({"text": text, "args": record.args, **own, "error": str(record.exc_info and record.exc_info[1])}, default=repr)


class OnlyJob(logging.Filter):
    def __init__(self, job: str) -> None:
        super().__init__()
        self.job = job

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "job", None) == self.job


class Journal:
    """A file for one job, for as long as it runs."""

    def __init__(self, path: Path, job: str) -> None:
        self.path = path
        self.handler = logging.FileHandler(path, "w")
        self.handler.addFilter(OnlyJob(job))
        self.handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))

    def __enter__(self) -> Path:
        logging.getLogger("jobs").addHandler(self.handler)
        return self.path

    def __exit__(self, *exc: object) -> None:
        logging.getLogger("jobs").removeHandler(self.handler)
        self.handler.close()


def set_up(folder: Path, spool) -> None:
    lamp = Lamp(folder / "lamp.txt")
    numbered = Numbered(folder / "numbered.txt")
    numbered.setFormatter(Fields())
    siren = Siren(spool)
    siren.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in (lamp, numbered, MemoryHandler(50, target=siren)):
        root.addHandler(handler)
    loud = Siren(spool)
    loud.setFormatter(logging.Formatter("! %(message)s"))
    logging.getLogger("jobs").addHandler(loud)
    carts = logging.FileHandler(folder / "carts.txt")
    carts.setFormatter(Fields())
    logging.getLogger("carts").addHandler(carts)
    logging.getLogger("carts").propagate = False
