"""A handler that nobody sees reads what the task has set when it logs."""
import asyncio
import logging
import tempfile
from contextvars import ContextVar
from pathlib import Path

order: ContextVar[str] = ContextVar("order", default="none")
seen: list[str] = []

log = logging.getLogger("kitchen")


def traced(base: type) -> logging.Handler:
    note = {"emit": lambda self, record: seen.append(f"{order.get()}: {record.getMessage()}")}
    return type("Traced", (base,), note)()


def set_up(path: Path) -> None:
    log.setLevel(logging.INFO)
    log.addHandler(traced(logging.Handler))
    log.addHandler(logging.FileHandler(path))


async def cook(name: str) -> None:
    order.set(name)
    log.info("begun")
    await asyncio.sleep(0)
    log.info("done")


async def main(path: Path) -> None:
    set_up(path)
    await asyncio.gather(*(cook(name) for name in ("soup", "bread")))


path = Path(tempfile.mkdtemp()) / "log"
asyncio.run(main(path))
logging.shutdown()
print(*seen, path.read_text(), sep="\n")
