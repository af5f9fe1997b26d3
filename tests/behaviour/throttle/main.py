"""What is used under a thread lock only may be used by threads."""

import asyncio
import threading
import time


class Throttle:
    def __init__(self):
        self.times = []
        self.lock = threading.Lock()

    def wait(self):
        with self.lock:
            if len(self.times) == 2:
                time.sleep(0.05)
                self.times.pop(0)
            self.times.append(time.monotonic())


async def visit(throttle, path):
    throttle.wait()
    return path


async def main():
    throttle = Throttle()
    print(await asyncio.gather(*(visit(throttle, path) for path in "abcd")))


asyncio.run(main())
