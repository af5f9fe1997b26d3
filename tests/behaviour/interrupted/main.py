"""A Ctrl-C is waited for where something blocks: in a coroutine, and in a helper of one."""

import _thread
import asyncio
import signal
import threading
import time

# What is started in the background of a shell ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def press(after):
    threading.Timer(after, _thread.interrupt_main).start()


def count_down(start):
    left = start
    try:
        while left:
            time.sleep(0.05)
            left -= 1
    except KeyboardInterrupt:
        return f"stopped, {left > 0}"
    return "done"


async def watch():
    try:
        while True:
            time.sleep(0.05)
    except KeyboardInterrupt:
        return "saved"


async def serve():
    press(0.2)
    print(count_down(200))
    press(0.2)
    print(await watch())


loop = asyncio.new_event_loop()
loop.run_until_complete(serve())
loop.close()
