import asyncio
import concurrent.futures
import contextvars
import functools
import shutil
import requests
class _InTurn:
    """Runs functions in a thread, as asyncio.to_thread does, but one call after the other."""

    def __init__(self):
        self.thread = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    async def __call__(self, function, /, *args, **kwargs):
        call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)


_in_turn = _InTurn()


async def f(a, b):
    await asyncio.to_thread(
        requests.post,
        a,  # why
        json={"b": b},
    )
    await _in_turn(shutil.copy, a,
                   b)
    ((await asyncio.to_thread(requests.get, a))
        .text)
    return await asyncio.to_thread((requests.get), a)
