import asyncio

import client
from fakes import Answer


def test_price():
    old, client.requests.get = client.requests.get, Answer()
    try:
        assert asyncio.run(client.price("tea")) == 3
    finally:
        client.requests.get = old
