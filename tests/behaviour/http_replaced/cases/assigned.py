import asyncio

import requests

import client
from fakes import Answer


def test_price():
    old, requests.get = requests.get, Answer()
    try:
        assert asyncio.run(client.price("tea")) == 3
    finally:
        requests.get = old
