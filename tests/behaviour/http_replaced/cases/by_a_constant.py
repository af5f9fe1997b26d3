import asyncio
from unittest import mock

import pytest

import client
from fakes import Answer


@pytest.mark.parametrize("target", ["requests.get", f"{client.__name__}.requests.get"])
def test_price(target):
    with mock.patch(target, Answer()):
        assert asyncio.run(client.price("tea")) == 3
