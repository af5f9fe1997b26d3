import asyncio
import functools
import time
from pathlib import Path

NOTES = Path("notes")


def wait(seconds: float) -> None:
    time.sleep(seconds)


class Clock:
    """Ticks until it is stopped."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ticks = 0
        self.timer = None

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.timer = loop.call_later(0.01, self.tick)

    def tick(self) -> None:
        """One tick."""
        wait(0.01)
        self.ticks += 1
        if self.ticks < 100:
            self.timer = asyncio.get_running_loop().call_later(0.01, self.tick)

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


def note(done: asyncio.Event, text: str) -> None:
    NOTES.write_text(text)
    done.set()


def fail(text: str) -> None:
    wait(0.001)
    raise ValueError(text)


async def main() -> None:
    loop = asyncio.get_running_loop()
    failures = []
    loop.set_exception_handler(lambda loop, context: failures.append(repr(context["exception"])))

    clock = Clock("one")
    clock.start()
    while clock.ticks < 3:
        await asyncio.sleep(0.001)
    clock.stop()
    ticks = clock.ticks
    await asyncio.sleep(0.1)
    # One tick may have been under way.
    print("stopped", clock.ticks - ticks <= 1, clock.timer)

    done = asyncio.Event()
    loop.call_soon(note, done, "soon")
    await done.wait()
    print(NOTES.read_text())

    done = asyncio.Event()
    loop.call_at(loop.time() + 0.01, functools.partial(note, done), "later")
    await done.wait()
    print(NOTES.read_text())

    loop.call_later(0.001, fail, "bad")
    while not failures:
        await asyncio.sleep(0.001)
    print(failures)


asyncio.run(main())
