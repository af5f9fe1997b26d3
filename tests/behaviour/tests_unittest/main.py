import asyncio
import io
import unittest

import shop
import test_prices

print(asyncio.run(shop.checkout(["a", "bb", "ccc"])))
suite = unittest.defaultTestLoader.loadTestsFromModule(test_prices)
result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))
for failure in result.failures + result.errors:
    print(failure[1])
for seen in test_prices.SEEN:
    print(*seen)
