import asyncio
from unittest import mock

import client
import pytest


def test_price(monkeypatch):
    monkeypatch.setattr(client.requests, "post", None)
    with mock.patch("client.requests.put"), pytest.raises(Exception):
        asyncio.run(client.price("tea"))
