"""A task that its maker would cancel in a `finally` ends with the loop of the one coroutine that a runner runs; not with any other."""

import asyncio
import contextlib
from pathlib import Path

BEATS = []


def load(name):
    return Path(name).read_text().split()


def save(name, words):
    Path(name).write_text(" ".join(words))


async def beat(kind):
    try:
        while True:
            BEATS.append(kind)
            await asyncio.sleep(0)
    finally:
        BEATS.append(f"end of {kind}")


async def helper():
    beating = asyncio.create_task(beat("inner"))
    words = load("words.txt")
    try:
        await asyncio.sleep(0.01)
        return words
    finally:
        beating.cancel()


async def main():
    beating = asyncio.create_task(beat("outer"))
    workers = [asyncio.create_task(beat(f"w{n}")) for n in range(2)]
    words = load("words.txt")
    try:
        words += await asyncio.wait_for(helper(), 5)
    finally:
        save("out.txt", words)
        for worker in workers:
            worker.cancel()
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
    print(words)


async def careful():
    try:
        beating = asyncio.create_task(beat("careful"))
        words = load("out.txt")
        try:
            await asyncio.sleep(0)
        finally:
            beating.cancel()
    except asyncio.CancelledError:
        await asyncio.sleep(1)
        raise
    print(words)


async def counted():
    gate = asyncio.Semaphore(1)
    await gate.acquire()
    gate.locked()
    words = load("out.txt")
    try:
        await asyncio.sleep(0)
    finally:
        gate.release()
    print(words)


Path("words.txt").write_text("a b c")
asyncio.run(main())
asyncio.run(careful())
asyncio.run(counted())
print(sorted(set(BEATS)))
