import asyncio
from unittest.mock import patch as replace

import client
from fakes import Answer


def test_price():
    with replace(target="client.requests.get", new=Answer()):
        assert asyncio.run(client.price("tea")) == 3
    with replace.object(client.requests, "get", Answer()):
        assert asyncio.run(client.price("tea")) == 3
