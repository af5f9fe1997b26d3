import asyncio
from unittest import mock

import pytest

import client


def test_price():
    error = LookupError("no network here")
    with mock.patch("urllib3.connectionpool.HTTPConnectionPool.urlopen", side_effect=error):
        with pytest.raises(LookupError):
            asyncio.run(client.price("tea"))
