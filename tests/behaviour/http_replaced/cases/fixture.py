import asyncio

import client


def test_price(requests_mock):
    requests_mock.get(f"{client.BASE}/tea", json={"price": 3})
    assert asyncio.run(client.price("tea")) == 3
