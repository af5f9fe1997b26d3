import unittest
from unittest import mock

import service
import stores
from service import Service

SEEN = []


class Fake:
    def read(self, key):
        return "fake " + key


class ServiceTest(unittest.IsolatedAsyncioTestCase):
    async def test_object(self):
        store = mock.MagicMock()
        store.load.return_value = {"key": 3}
        SEEN.append(await Service(store, stores.Cache()).load("x"))

    async def test_fake(self):
        SEEN.append(await Service(stores.Store(), Fake()).read("x"))

    @mock.patch("service.Clock")
    async def test_class(self, clock):
        clock.return_value.tick.return_value = 5
        SEEN.append(await service.tick())

    async def test_multiple(self):
        with mock.patch.multiple(stores, fetch=lambda key: key * 2):
            SEEN.append(await service.fetch("x"))

    async def test_given(self):
        with mock.patch("stores.find", mock.Mock(return_value=4)) as find:
            SEEN.append(await service.find("x"))
        find.assert_called_once_with("x")

    async def test_set(self):
        stores.peek = lambda key: "peeked"
        SEEN.append(await service.peek("x"))
