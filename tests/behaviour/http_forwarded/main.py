"""Arguments of requests that come by way of others."""

import asyncio

import requests
import service
from client import Client, Loose


async def with_options(base):
    options = {"timeout": (1, 5), "allow_redirects": False, "params": {"a": 1, "none": None}}
    return requests.get(f"{base}/g", **options).json()


async def main():
    base = service.start()
    client = Client(base, "k")
    print(client.get("a"), client.get("b", params={"q": "x y", "flag": True}, timeout=2))
    print(client.post("c", {"n": [1]}))
    print(client.moved())
    client.close()
    loose = Loose(base)
    print(loose.delete("d"), loose.delete("e", json={"n": 1}))
    print(loose.get("f", verify=False))
    print(await with_options(base))


asyncio.run(main())
