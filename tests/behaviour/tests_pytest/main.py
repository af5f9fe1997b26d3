import asyncio
import contextlib
import io

import pytest

import shop

print(asyncio.run(shop.checkout(["a", "bb", "ccc"])))


class Outcomes:
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            found.append(f"{report.nodeid} {report.outcome} {report.longreprtext}")

    def pytest_sessionfinish(self, session):
        conftest = session.config.pluginmanager.get_plugins()
        seen.extend(*(plugin.SEEN for plugin in conftest if hasattr(plugin, "SEEN")))


found, seen = [], []
with contextlib.redirect_stdout(io.StringIO()):
    options = ["-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function", "-W", "error"]
    code = pytest.main(options, plugins=[Outcomes()])
print(int(code))
print(*found, *seen, sep="\n")
