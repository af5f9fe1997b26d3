"""Starts many programs at once, with timeouts and cancellations on the way, and tells what is left of them."""

import asyncio
import os
import subprocess
import time

PROGRAMS = 200
OWN = os.getpid()


def is_child(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1]) == OWN
    except OSError:
        return False


def children():
    return sum(is_child(pid) for pid in os.listdir("/proc") if pid.isdigit())


def descriptors():
    return len(os.listdir("/proc/self/fd"))


async def quick():
    return subprocess.run(["echo", "quick"], capture_output=True, text=True, check=True).stdout


async def slow():
    try:
        return subprocess.run("echo so far; sleep 30 & wait", shell=True, stdout=subprocess.PIPE, timeout=2).stdout
    except subprocess.TimeoutExpired as error:
        return error.output


async def endless():
    return subprocess.check_output(["sleep", "60"], stderr=subprocess.PIPE)


async def fed():
    return len(subprocess.run(["cat"], input=b"x" * 300_000, stdout=subprocess.PIPE).stdout)


async def unread():
    return subprocess.run(["sleep", "60"], input=b"x" * 300_000, stdout=subprocess.PIPE).stdout


async def missing():
    return subprocess.call(["no-such-program"], stdout=subprocess.DEVNULL)


KINDS = [quick, slow, endless, fed, unread, missing]


async def main():
    began, before = time.monotonic(), descriptors()
    kinds = [KINDS[number % len(KINDS)] for number in range(PROGRAMS)]
    tasks = [asyncio.create_task(kind()) for kind in kinds]
    await asyncio.sleep(0)
    for number, (kind, task) in enumerate(zip(kinds, tasks)):
        if kind in (endless, unread) or number % 12 < 2:
            asyncio.get_running_loop().call_later(number % 7 * 0.1, task.cancel)
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    for wanted in (fed, missing):
        print(wanted.__name__, {repr(end) for kind, end in zip(kinds, ends) if kind is wanted})
    print({end for kind, end in zip(kinds, ends) if kind is slow and isinstance(end, bytes)})
    print(sum(isinstance(end, asyncio.CancelledError) for end in ends) >= 66)
    await asyncio.sleep(0.1)
    print("children", children(), "descriptors", descriptors() - before, time.monotonic() - began < 20)


asyncio.run(main())
