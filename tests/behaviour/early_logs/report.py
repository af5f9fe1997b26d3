"""Shows the lines when all is over."""

import atexit
import logging
from pathlib import Path


@atexit.register
def show():
    for path in sorted(Path(__file__).parent.glob("*.log")):
        print(path.name, path.read_text(), sep="\n", end="")


@atexit.register
def say_goodbye():
    logging.getLogger("app").info("good-bye")
