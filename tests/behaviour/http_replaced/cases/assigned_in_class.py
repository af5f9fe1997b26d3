import asyncio

from requests.sessions import Session

import client
from fakes import Answer


def test_price():
    old, Session.request = Session.request, Answer()
    try:
        assert asyncio.run(client.price("tea")) == 3
    finally:
        Session.request = old
