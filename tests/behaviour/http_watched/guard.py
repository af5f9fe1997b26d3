"""What is done around requests that others make."""

import functools
from contextlib import asynccontextmanager, contextmanager

import requests


class Unreachable(Exception):
    pass


@contextmanager
def translated(what):
    try:
        yield
    except requests.ConnectionError as error:
        raise Unreachable(what) from error


@asynccontextmanager
async def translated_too(what):
    try:
        yield
    except requests.ConnectionError as error:
        raise Unreachable(what) from error


def guarded(function):
    @functools.wraps(function)
    async def wrapper(*args):
        try:
            return await function(*args)
        except requests.ConnectionError as error:
            raise Unreachable(function.__name__) from error

    return wrapper


async def safely(make, *args):
    try:
        return await make(*args)
    except requests.RequestException:
        return "nothing"
