import logging
from pathlib import Path

from .names import FOLDER

log = logging.getLogger("shop.stock")
log.addHandler(logging.FileHandler(Path(FOLDER) / "stock.log", mode="w"))
log.setLevel(logging.INFO)


def take(number):
    log.info("one less of %s", number)
