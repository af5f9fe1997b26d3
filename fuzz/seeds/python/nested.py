import asyncio
import aiofiles
import requests


async def helper(x, y=None):
    await asyncio.sleep(1)
    return x


async def main(xs):
    return (await asyncio.to_thread(
        requests.get, await helper(await (await aiofiles.open(await helper("a", y=1))).read()), timeout=3
    )).json()["k"]
