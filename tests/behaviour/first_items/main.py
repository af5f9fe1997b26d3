"""The first item of what a test has found something in is there, in a thread as well."""

import asyncio
import subprocess


def named(key):
    subprocess.run(["sleep", "0.01"], check=True)
    if "@" in key:
        return {"mail": key}
    return {}


def choose(key):
    chosen = {}
    found = named(key)
    if found:
        chosen.update(found)
        name = next(iter(found))
        chosen["by"] = name
    return chosen


def only(keys):
    subprocess.run(["sleep", "0.01"], check=True)
    values = {key for key in keys}
    if len(values) == 1:
        return next(iter(values))
    return None


def emptied(key):
    found = named(key)
    if found:
        found.clear()
        return next(iter(found))
    return None


async def first(key):
    return choose(key)


async def one(keys):
    return only(keys)


async def none(key):
    return emptied(key)


async def told(key):
    try:
        return emptied(key)
    except RuntimeError as error:
        return str(error)


async def main():
    print(await asyncio.gather(first("a@b"), first("a"), one("aaa"), one("ab")))
    for ask in none, told:
        try:
            print(await ask("a"), await ask("a@b"))
        except RuntimeError as error:
            print(error, "out of", ask.__name__)


asyncio.run(main())
