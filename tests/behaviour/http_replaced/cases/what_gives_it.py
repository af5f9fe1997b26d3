import asyncio
from unittest import mock

import client
from fakes import Answer


def test_price():
    with mock.patch("client.fetch", return_value=Answer()):
        assert asyncio.run(client.price("tea")) == 3
