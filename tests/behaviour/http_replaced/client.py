import requests

BASE = "http://127.0.0.1:9"


async def fetch(name):
    return requests.get(f"{BASE}/{name}", timeout=5)


async def price(name):
    response = await fetch(name)
    if not response.ok:
        return response.reason
    return response.json()["price"]
