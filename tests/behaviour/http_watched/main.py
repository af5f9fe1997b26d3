import asyncio

import guard
import quiet
import requests
import tasks

DOWN = "http://127.0.0.1:9"


async def price():
    with guard.translated("price"):
        return requests.get(f"{DOWN}/price").json()


async def stock():
    async with guard.translated_too("stock"):
        return requests.get(f"{DOWN}/stock").json()


@guard.guarded
async def rating(name):
    return requests.get(f"{DOWN}/rating/{name}").json()


async def news(topic):
    return requests.get(f"{DOWN}/news/{topic}").json()


async def main():
    for ask in (price, stock, lambda: rating("a")):
        try:
            print(await ask())
        except guard.Unreachable as error:
            print(error, "is out of reach")
    print(await guard.safely(news, "tea"))
    print(await quiet.size(DOWN), await quiet.length(DOWN))
    print(await tasks.later(DOWN), await tasks.first_of([DOWN, f"{DOWN}/2"]))


asyncio.run(main())
