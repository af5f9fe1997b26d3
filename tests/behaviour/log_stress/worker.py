import asyncio
import json
import logging
import logging.handlers
import os
import signal
import sys
import threading

KIND, ENDING, ADDRESS, LINES = *sys.argv[1:4], int(sys.argv[4])
log = logging.getLogger("worker")
counts: dict[str, int] = {}


class Own(logging.Handler):
    """Opens its file for each record."""

    def emit(self, record: logging.LogRecord) -> None:
        with open(ADDRESS, "a") as file:
            file.write(f"{self.format(record)}\n")


def make() -> logging.Handler:
    if KIND == "file":
        return logging.FileHandler(ADDRESS)
    if KIND == "rotating":
        return logging.handlers.RotatingFileHandler(ADDRESS, maxBytes=max(600, LINES * 40), backupCount=99)
    if KIND == "timed":
        return logging.handlers.TimedRotatingFileHandler(ADDRESS, when="midnight")
    if KIND == "watched":
        return logging.handlers.WatchedFileHandler(ADDRESS)
    if KIND == "memory":
        return logging.handlers.MemoryHandler(10, target=logging.FileHandler(ADDRESS))
    if KIND == "stream":
        return logging.StreamHandler(open(ADDRESS, "w"))
    if KIND == "own":
        return Own()
    if KIND == "socket":
        return logging.handlers.SocketHandler("127.0.0.1", int(ADDRESS))
    if KIND == "syslog":
        return logging.handlers.SysLogHandler(ADDRESS)
    if KIND == "http":
        return logging.handlers.HTTPHandler(f"127.0.0.1:{ADDRESS}", "/log")
    return logging.handlers.SMTPHandler(("127.0.0.1", int(ADDRESS)), "a@example.org", ["b@example.org"], "log")


def say(source: str, number: int) -> None:
    log.info("line %s %d", source, number)
    counts[source] = number + 1


async def task(number: int) -> None:
    for line in range(LINES):
        say(f"task{number}", line)
        if number == 3 and line == LINES // 2:
            if ENDING == "raise":
                raise RuntimeError("the end")
            if ENDING == "terminate":
                os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)


def thread(number: int) -> None:
    for line in range(LINES):
        say(f"thread{number}", line)


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    threads = [threading.Thread(target=thread, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    tasks = asyncio.gather(*(task(number) for number in range(8)))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        if tasks.done():
            await tasks
        tasks.cancel()
        await asyncio.gather(tasks, return_exceptions=True)
    finally:
        say("last", 0)


log.addHandler(make())
log.setLevel(logging.INFO)
log.propagate = False
try:
    asyncio.run(main())
finally:
    for one in threading.enumerate():
        if one.name.startswith("Thread-") and "(thread)" in one.name:
            one.join()
    print(json.dumps(counts))
