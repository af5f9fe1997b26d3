import logging
from pathlib import Path

from . import names

log = logging.getLogger("shop")


def set_up():
    handler = logging.FileHandler(Path(names.FOLDER) / "audit.log", mode="w")
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)


def note(what, number):
    log.warning("%s %s", what, number)
