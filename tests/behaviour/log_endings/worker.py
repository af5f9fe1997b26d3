import asyncio
import atexit
import logging
import sys
import time
from pathlib import Path

FOLDER = Path(sys.argv[1])
log = logging.getLogger("worker")


class Slow(logging.Handler):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.03)
        with open(self.path, "a") as file:
            file.write(f"{self.format(record)}\n")


def make(kind: str) -> logging.Handler:
    if kind == "slow":
        return Slow(FOLDER / "slow.txt")
    return logging.FileHandler(FOLDER / "all.txt", "w")


class LogSetup:
    def __init__(self) -> None:
        self.handlers: list[logging.Handler] = []

    def attach(self) -> None:
        logging.getLogger().setLevel(logging.INFO)
        for kind in ("slow", "file"):
            handler = make(kind)
            logging.getLogger().addHandler(handler)
            self.handlers.append(handler)

    def detach(self) -> None:
        for handler in self.handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()
        log.warning("nobody but stderr hears this")


def in_thread(number: int) -> None:
    for line in range(5):
        log.info("thread %d line %d", number, line)


async def main(ending: str) -> None:
    for number in range(5):
        log.info("line %d", number)
        await asyncio.sleep(0)
    if ending == "raise":
        raise RuntimeError("the end")
    if ending == "exit":
        sys.exit(3)
    if ending == "threads":
        await asyncio.to_thread(in_thread, 1)
        log.info("between")
        await asyncio.gather(asyncio.to_thread(in_thread, 2), asyncio.sleep(0))
    if ending == "change":
        for handler in logging.getLogger().handlers:
            handler.setLevel(logging.ERROR)
        log.info("not shown")
        log.error("shown")
    log.info("done")


def show() -> None:
    print((FOLDER / "all.txt").read_text().splitlines(), len(logging.getLogger().handlers))


def run(ending: str) -> None:
    setup = LogSetup()
    setup.attach()
    atexit.register(log.info, "good-bye")
    log.info("begin")
    asyncio.run(main(ending))
    if ending == "shutdown":
        logging.shutdown()
        show()
    if ending == "remove":
        setup.detach()
        show()
    if ending == "read":
        show()
    if ending == "again":
        show()
        asyncio.run(main("nothing"))
        show()


run(sys.argv[2])
