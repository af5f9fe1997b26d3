import asyncio
import atexit
import json
import logging
import tempfile
from collections import Counter
from contextvars import ContextVar
from pathlib import Path

request: ContextVar[str] = ContextVar("request", default="-")


class RequestFilter(logging.Filter):
    """Adds what is known about the request that is being served, and keeps the noise away."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = request.get()
        record.task = asyncio.current_task().get_name()
        return "noise" not in record.msg


class Redact(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = record.msg.replace("secret", "***")
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {"event": record.msg, "args": record.args, "request": record.request, "task": record.task}
        if record.exc_info:
            entry["error"] = repr(record.exc_info[1])
        return json.dumps(entry)


class Shouted(logging.Formatter):
    def formatException(self, exc_info) -> str:
        return f"!! {exc_info[1]}"


class Tally(logging.Handler):
    """Counts records by their template, and writes the counts when logging ends."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = path
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.counts[record.msg] += 1

    def close(self) -> None:
        self.path.write_text(json.dumps(self.counts))
        print(self.path.read_text())
        super().close()


def set_up(folder: Path) -> None:
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    audit = logging.FileHandler(folder / "audit.jsonl")
    audit.setFormatter(JsonFormatter())
    audit.addFilter(RequestFilter())
    loud = logging.FileHandler(folder / "loud.txt")
    loud.setFormatter(Shouted("%(levelname)s %(request)s %(message)s"))
    loud.addFilter(Redact())
    plain = logging.FileHandler(folder / "plain.txt")
    plain.setFormatter(logging.Formatter("%(message)s"))
    for handler in (audit, loud, plain, Tally(folder / "tally.json")):
        root.addHandler(handler)


async def serve(number: int) -> None:
    request.set(f"r{number}")
    log = logging.getLogger("served")
    seen = [number]
    log.info("open %s %s", number, seen)
    seen.append("later")
    await asyncio.sleep(0)
    log.warning("secret %(key)s", {"key": seen})
    log.info("noise %s", number)
    try:
        raise ValueError(number)
    except ValueError:
        log.exception("failed %s", number)
    log.warning("not %d enough", "numbers", "here")


async def main(folder: Path) -> None:
    set_up(folder)
    await asyncio.gather(serve(1), serve(2))


def show(folder: Path) -> None:
    for file in sorted(folder.iterdir()):
        if file.suffix != ".json":
            print(file.name, file.read_text())


folder = Path(tempfile.mkdtemp())
logging.raiseExceptions = False
atexit.register(show, folder)
asyncio.run(main(folder))
