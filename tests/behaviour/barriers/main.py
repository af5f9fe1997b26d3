import asyncio
import functools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

LOOP = threading.get_ident()


def work(name):
    time.sleep(0.01)
    print(name, threading.get_ident() == LOOP)


async def in_thread(function, *args):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, functools.partial(function, *args))


async def main():
    await asyncio.to_thread(work, "to_thread")
    await in_thread(work, "own wrapper")
    with ThreadPoolExecutor() as pool:
        await asyncio.wrap_future(pool.submit(work, "pool"))
    thread = threading.Thread(target=work, args=("thread",))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.01)


asyncio.run(main())
work("no loop")
