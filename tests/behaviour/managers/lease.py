"""Leases that are taken and given back with pauses."""

import contextlib
import time
from contextlib import contextmanager
from typing import Generator, Iterator


class Refused(KeyError):
    pass


@contextmanager
def lease(name: str) -> Iterator[str]:
    time.sleep(0.01)
    print("take", name)
    try:
        yield name.upper()
    except Refused:
        print("refused", name)
        raise
    finally:
        time.sleep(0.01)
        print("give back", name)


@contextlib.contextmanager
def kept() -> Generator[None, None, None]:
    time.sleep(0.01)
    yield
