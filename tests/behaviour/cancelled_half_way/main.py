"""Tasks are cancelled while they hold something, give it back, or have started others: all of that is done as before."""

import asyncio
import os
import time
from pathlib import Path


class Desk:
    def __init__(self):
        self.free = asyncio.Semaphore(1)
        self.active = 0
        self.open = {}
        self.done = []

    async def serve(self):
        await self.free.acquire()
        self.active += 1
        time.sleep(0.05)
        try:
            await asyncio.sleep(0.05)
        finally:
            self.active -= 1
            self.free.release()

    async def entered(self, name):
        self.open[name] = True
        Path(name).write_text("open")
        try:
            await asyncio.sleep(0.05)
        finally:
            self.open.pop(name)

    async def closed(self):
        self.active += 1
        try:
            await asyncio.sleep(0.02)
        finally:
            time.sleep(0.05)
            self.active -= 1

    async def work(self, name):
        await asyncio.sleep(0.1)
        self.done.append(name)

    async def all(self, *names):
        tasks = []
        for name in names:
            time.sleep(0.03)
            tasks.append(asyncio.create_task(self.work(name)))
        return await asyncio.gather(*tasks)

    async def plain(self, name):
        """Nothing is taken, and the last thing is all that is given back."""
        time.sleep(0.01)
        try:
            await asyncio.sleep(0.02)
        finally:
            os.remove(name)


async def cancelled(coroutine, after):
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(after)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def main():
    desk = Desk()
    await cancelled(desk.serve(), 0.02)
    await cancelled(desk.entered("file"), 0)
    await cancelled(desk.closed(), 0.04)
    print(desk.active, desk.free.locked(), desk.open)
    await cancelled(desk.all("a", "b"), 0.02)
    await asyncio.sleep(0.2)
    print(desk.done)
    await desk.plain("file")
    print(os.listdir("."))


asyncio.run(main())
