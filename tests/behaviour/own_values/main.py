"""Each thread has an opener of its own, which no other thread may use."""

import asyncio
import threading
from pathlib import Path
from urllib.request import OpenerDirector, build_opener

_local = threading.local()
_other = threading.local()
_third = threading.local()


def opener() -> OpenerDirector:
    if not hasattr(_local, "opener"):
        _local.opener = build_opener()
    return _local.opener


def other() -> OpenerDirector:
    found = getattr(_other, "opener", None)
    if found is None:
        found = _other.opener = build_opener()
    return found


def third() -> OpenerDirector:
    try:
        return _third.opener
    except AttributeError:
        _third.opener = build_opener()
    return _third.opener


def size(url):
    return sum(len(own.open(url).read()) for own in (opener(), other(), third()))


async def direct(url):
    return opener().open(url).read()


async def by_name(url):
    own = opener()
    return own.open(url).read()


async def main(one, two):
    print(await asyncio.gather(direct(one), by_name(two), direct(two)))
    print(size(one), size(two))


urls = []
for name in ("one", "two"):
    Path(f"{name}.txt").write_text(name * 3)
    urls.append(Path(f"{name}.txt").resolve().as_uri())
asyncio.run(main(*urls))
