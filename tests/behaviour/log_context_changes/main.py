"""A formatter finds in the context what the task goes on to change."""
import asyncio
import logging
import tempfile
from contextvars import ContextVar
from pathlib import Path

state: ContextVar[dict[str, int]] = ContextVar("state")
log = logging.getLogger("shop")


class StateFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"[{state.get()['step']}] {super().format(record)}"


def set_up(path: Path) -> None:
    log.setLevel(logging.INFO)
    handler = logging.FileHandler(path)
    handler.setFormatter(StateFormatter("%(message)s"))
    log.addHandler(handler)


async def serve(name: str) -> None:
    state.set({"step": 0})
    for _ in range(3):
        log.info("%s goes on", name)
        state.get()["step"] += 1


async def main(path: Path) -> None:
    set_up(path)
    await asyncio.gather(*(serve(name) for name in ("ada", "bob")))


path = Path(tempfile.mkdtemp()) / "lines"
asyncio.run(main(path))
logging.shutdown()
print(path.read_text())
