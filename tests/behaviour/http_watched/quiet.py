"""What looks at the classes of exceptions in other ways than by `except`."""

from contextlib import suppress

import requests


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, OSError)


async def size(url):
    with suppress(OSError):
        return len(requests.get(url).content)
    return 0


async def length(url):
    with Quiet():
        return len(requests.get(url).content)
    return -1
