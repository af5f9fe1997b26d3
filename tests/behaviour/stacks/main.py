"""Helpers that look at what calls them: at the exception that a caller handles, at the callers themselves, at their thread."""

import asyncio
import linecache
import logging
import sys
import threading
import traceback
import warnings
from pathlib import Path

logging.basicConfig(format="%(levelname)s %(funcName)s %(message)s", stream=sys.stdout)
logging.getLogger().handlers[0].formatter.formatException = lambda info: f"because {info[0] and info[0].__name__}"
logger = logging.getLogger("stacks")
warnings.showwarning = lambda message, category, filename, line, *_: print(message, Path(filename).name)
warnings.simplefilter("always")

NOTES = Path("notes")
# Tracebacks need not read it later.
linecache.getline(__file__, 1)


def note(name: str, text: str) -> str:
    (NOTES / name).write_text(text, encoding="utf-8")
    return name


def give_up(number: int) -> str:
    logger.exception("order %d", number)
    return note(f"{number}.failed", "no")


def quietly(number: int) -> str:
    logger.warning("order %d", number, exc_info=True)
    return note(f"{number}.quiet", "no")


def explained(number: int) -> str:
    return note(f"{number}.trace", traceback.format_exc().splitlines()[-1])


def named(number: int) -> str:
    kind = sys.exc_info()[0]
    return note(f"{number}.kind", kind.__name__ if kind else "none")


def again(number: int) -> None:
    note(f"{number}.more", "yes")
    raise


def own(number: int) -> str:
    """Handles an exception itself: any thread will do."""
    try:
        return (NOTES / "missing").read_text(encoding="utf-8")
    except FileNotFoundError:
        return traceback.format_exc().splitlines()[-1][:17] + str(number)


def for_caller(number: int) -> str:
    logger.warning("order %d", number, stacklevel=2)
    return note(f"{number}.caller", "yes")


def outdated(number: int) -> str:
    warnings.warn("of yore", DeprecationWarning, stacklevel=2)
    return note(f"{number}.old", "yes")


def above(number: int) -> str:
    return note(f"{number}.frame", sys._getframe(1).f_code.co_name)


def in_thread(number: int) -> str:
    return note(f"{number}.thread", threading.current_thread().name)


async def failing(number: int) -> None:
    try:
        await asyncio.sleep(0)
        print(1 // (number - number))
    except ZeroDivisionError:
        print(give_up(number))
        await asyncio.sleep(0)
        print(quietly(number))
        await asyncio.sleep(0)


async def handled(number: int) -> None:
    print(explained(number))
    await asyncio.sleep(0)
    print(named(number))
    again(number)


async def recovered(number: int) -> None:
    try:
        try:
            print({}[number])
        except KeyError:
            await handled(number)
    except KeyError as error:
        print("once more", error)
    print(own(number))


async def called(number: int) -> None:
    print(for_caller(number))
    await asyncio.sleep(0)
    print(outdated(number))
    await asyncio.sleep(0)
    print(above(number))
    await asyncio.sleep(0)
    print(in_thread(number))


async def main() -> None:
    await asyncio.to_thread(NOTES.mkdir)
    await failing(1)
    await recovered(2)
    await asyncio.gather(called(3), asyncio.sleep(0))
    for path in sorted(NOTES.iterdir()):
        print(path.name, path.read_text(encoding="utf-8"))


asyncio.run(main())
