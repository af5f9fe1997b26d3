import asyncio
import logging

import client

logging.getLogger("requests.packages.urllib3").setLevel(logging.ERROR)


def test_price():
    try:
        asyncio.run(client.price("tea"))
    except Exception:
        assert client.BASE
