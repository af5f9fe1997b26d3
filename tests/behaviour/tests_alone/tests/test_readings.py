import time
import unittest

from readings import latest, oldest, stored


class ReadingsTest(unittest.IsolatedAsyncioTestCase):
    async def test_latest(self):
        time.sleep(0.01)
        self.assertEqual(latest("east"), 4)

    async def test_stored(self):
        self.assertIn("unittest", stored(__file__))

    async def test_oldest(self):
        self.assertEqual(oldest("east"), -4)
