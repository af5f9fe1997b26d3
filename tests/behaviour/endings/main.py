"""Coroutines that are at work when the program ends: no thread takes new work then, and tasks that nobody waits for are cancelled."""

import asyncio
import atexit
import threading
from pathlib import Path


async def save(name):
    Path(f"{name}.txt").write_text(name)
    print("saved", name)


async def finish():
    Path("third.txt").write_text("third")


class Late(threading.Thread):
    def run(self):
        asyncio.run(beats())


async def beats():
    for number in range(2):
        await asyncio.sleep(0.05)
        with open("beats.txt", "a") as file:
            file.write(f"{number}\n")
    print(Path("beats.txt").read_text().split())


async def state(name):
    Path("state.txt").write_text(name)
    print(Path("state.txt").read_text())


@atexit.register
def leave():
    asyncio.run(state("left"))


atexit.register(lambda: asyncio.run(state("leaving")))


async def main():
    task = asyncio.create_task(save("first"))
    task.add_done_callback(lambda done: print("done"))
    await asyncio.sleep(0)
    asyncio.create_task(finish())
    asyncio.ensure_future(save("second"))


asyncio.run(main())
print(sorted(path.name for path in Path(".").glob("*.txt")))
Late().start()
