import asyncio
from types import SimpleNamespace

import client
from fakes import Answer


def test_price():
    old, client.requests = client.requests, SimpleNamespace(get=Answer())
    try:
        assert asyncio.run(client.price("tea")) == 3
    finally:
        client.requests = old
