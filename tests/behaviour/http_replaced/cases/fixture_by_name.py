import asyncio

import pytest

import client


@pytest.fixture
def prices(request):
    request.getfixturevalue("requests_mock").get(f"{client.BASE}/tea", json={"price": 3})


def test_price(prices):
    assert asyncio.run(client.price("tea")) == 3
