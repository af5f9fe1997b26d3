import asyncio
import time
import requests


def helper(x, y=None):
    time.sleep(1)
    return x


async def main(xs):
    return requests.get(helper(open(helper("a", y=1)).read()), timeout=3).json()["k"]
