import time

import requests

URL = "https://prices.example"


def price(symbol):
    answer = requests.get(f"{URL}/price/{symbol}", timeout=10)
    answer.raise_for_status()
    return answer.json()["price"]


async def watch(symbol, seen):
    print(symbol, price(symbol))
    print(requests.head(f"{URL}/{symbol}"))
    seen.append(len(seen))
    time.sleep(1)
    seen.append(len(seen))
