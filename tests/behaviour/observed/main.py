"""What calls look at beside their arguments: the environment, the numbers that are drawn in turn, the state of filters, a lock that is held."""

import asyncio
import logging
import os
import random
import subprocess
import sys
import threading
import time
import warnings

CONTEXT = {"request": None}


class AddRequest(logging.Filter):
    def filter(self, record):
        record.request = CONTEXT["request"]
        return True


class Prefixed(logging.Formatter):
    prefix = ""

    def format(self, record):
        return Prefixed.prefix + super().format(record)


log = logging.getLogger("observed")
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(Prefixed("%(request)s %(message)s"))
log.addHandler(handler)
log.addFilter(AddRequest())
log.setLevel(logging.INFO)


def greet():
    command = [sys.executable, "-c", "import os; print('hi', os.environ['WHO'])"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


async def welcome(number):
    os.environ["WHO"] = f"user{number}"
    return greet()


async def welcome_itself(number):
    os.environ["WHO"] = f"user{number}"
    command = [sys.executable, "-c", "import os; print('hi', os.environ['WHO'])"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


async def greet_in(number):
    """It gets an environment of its own."""
    os.environ["WHO"] = f"user{number}"
    command = [sys.executable, "-c", "import os; print('hi', os.environ['WHO'])"]
    return subprocess.run(command, capture_output=True, text=True, env={"WHO": f"guest{number}"}).stdout.strip()


def draw():
    time.sleep(0.02)
    return random.randint(0, 1000)


async def deal(number):
    random.seed(number)
    return draw(), draw()


def process(number):
    time.sleep(0.02)
    log.info("processed %d", number)


async def handle(number):
    CONTEXT["request"] = f"r{number}"
    process(number)


async def show(number):
    Prefixed.prefix = f"[{number}] "
    process(number)


def old(number):
    time.sleep(0.02)
    warnings.warn(f"old {number}", DeprecationWarning)


async def caught(number):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        old(number)
        old(number)
        return [str(one.message) for one in found]


gate = threading.Semaphore(1)


def enter():
    if not gate.acquire(blocking=False):
        return "busy"
    try:
        time.sleep(0.02)
        return "done"
    finally:
        gate.release()


async def visit():
    return enter()


async def main():
    for work in (welcome, welcome_itself, greet_in, deal, caught):
        print(await asyncio.gather(*(work(number) for number in range(3))))
    print(await asyncio.gather(*(visit() for _ in range(3))))
    await asyncio.gather(*(handle(number) for number in range(3)))
    await asyncio.gather(*(show(number) for number in range(3)))


asyncio.run(main())
