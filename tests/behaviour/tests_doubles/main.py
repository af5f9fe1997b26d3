import asyncio
import io
import unittest

import service
import test_service

print(asyncio.run(service.fetch("a")), asyncio.run(service.tick()))
suite = unittest.defaultTestLoader.loadTestsFromModule(test_service)
result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))
for failure in result.failures + result.errors:
    print(failure[1])
for seen in test_service.SEEN:
    print(seen)
