"""Handlers that are set up before the loop runs, and lines that come after it."""

import asyncio
import logging
from pathlib import Path

import report

logging.basicConfig(filename=Path(report.__file__).with_name("lines.log"), level=logging.INFO, format="%(name)s %(message)s")
log = logging.getLogger("app")


async def work(number):
    log.info("starts %s", number)
    await asyncio.sleep(0)
    log.info("ends %s", number)


async def main():
    await asyncio.gather(*(work(number) for number in range(3)))


if __name__ == "__main__":
    asyncio.run(main())
    log.info("after the loop")
