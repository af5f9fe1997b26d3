import asyncio
import logging
import sys
import threading
from pathlib import Path

from setup_logging import configure

log = logging.getLogger("app")
parts = logging.getLogger("app.parts")
quiet = logging.getLogger("app.quiet")
LINES = 250


async def task(number):
    for line in range(LINES):
        log.info("task %d line %d", number, line)
        parts.debug("never shown")
        parts.info("part %d of %d", line, number)
        quiet.warning("quiet %d of %d", line, number)
        if line % 50 == 0:
            await asyncio.sleep(0)


def thread(number):
    for line in range(LINES):
        log.info("thread %d line %d", number, line)


async def main():
    configure(Path(sys.argv[1]))
    threads = [threading.Thread(target=thread, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    await asyncio.gather(*(task(number) for number in range(8)))
    changing = [1]
    log.error("failed with %s", changing)
    changing.append(2)
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed with %s", changing)
    log.error("failed with %s", [1])
    print("logged")
    raise RuntimeError("the end")


asyncio.run(main())
