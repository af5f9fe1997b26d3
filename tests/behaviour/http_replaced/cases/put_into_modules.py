import asyncio
import importlib
import sys
from types import SimpleNamespace

import client
from fakes import Answer


def test_price(monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", SimpleNamespace(get=Answer()))
    importlib.reload(client)
    assert asyncio.run(client.price("tea")) == 3
