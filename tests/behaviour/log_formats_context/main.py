"""A formatter and a handler of the program find the request of the task that logs."""
import asyncio
import logging
import tempfile
import time
from contextvars import ContextVar
from pathlib import Path

request: ContextVar[str] = ContextVar("request", default="-")
log = logging.getLogger("shop")


class RequestFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"[{request.get()}] {super().format(record)}"


class Tickets(logging.Handler):
    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.01)
        with open(self.path, "a") as tickets:
            tickets.write(f"{request.get('?')} {self.format(record)}\n")


def set_up(folder: Path) -> None:
    log.setLevel(logging.INFO)
    lines, tickets = logging.FileHandler(folder / "lines"), Tickets(folder / "tickets")
    for handler in (lines, tickets):
        handler.setFormatter(RequestFormatter("%(levelname)s %(message)s"))
        log.addHandler(handler)


async def serve(name: str) -> None:
    request.set(name)
    for number in range(3):
        log.info("%s takes %d", name, number)
        await asyncio.sleep(0)
    log.warning("%s is done", name)


async def main(folder: Path) -> None:
    set_up(folder)
    await asyncio.gather(*(serve(name) for name in ("ada", "bob", "cyd")))
    log.error("closed")


folder = Path(tempfile.mkdtemp())
asyncio.run(main(folder))
logging.shutdown()
print((folder / "lines").read_text(), (folder / "tickets").read_text(), sep="\n")
