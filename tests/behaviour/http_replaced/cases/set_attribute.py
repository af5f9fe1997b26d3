import asyncio

import client
from fakes import Answer


def test_price(monkeypatch):
    monkeypatch.setattr(client.requests, "get", Answer())
    assert asyncio.run(client.price("tea")) == 3
