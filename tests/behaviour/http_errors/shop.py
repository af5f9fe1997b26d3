"""What fails shows by which library it did."""

import sys
import traceback

import requests

from causes import WORTH_A_RETRY


class ShopError(Exception):
    pass


def price(url: str) -> object:
    response = requests.get(url, timeout=5)
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        raise ShopError(error.response.status_code) from error
    return response.json()["path"]


def stock(url: str) -> object:
    try:
        response = requests.get(url, timeout=5)
        response.raise_for_status()
    except requests.RequestException:
        return describe(), sys.exc_info()[0].__name__
    return response.json()["days"]


def describe() -> str:
    return traceback.format_exc().splitlines()[-1].split(":")[0]


async def rating(url: str) -> int:
    response = requests.get(url, timeout=5)
    response.raise_for_status()
    return response.status_code


async def sizes(base: str, names: list[str]):
    for name in names:
        yield name, len(requests.get(f"{base}/{name}").content)


async def statuses(base: str, names: list[str]):
    for name in names:
        yield requests.get(f"{base}/{name}").status_code


async def is_open(url):
    try:
        return requests.get(url, timeout=5).ok
    except WORTH_A_RETRY:
        return False
