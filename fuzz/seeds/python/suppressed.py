import time
async def f():
    time.sleep(1)  # noqa: ASYNC251
    time.sleep(1)  # deblock: ignore[sleep] on purpose
    time.sleep(1)  # type: ignore  # noqa
