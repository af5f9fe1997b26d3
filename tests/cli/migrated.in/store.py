import asyncio
import concurrent.futures
import contextvars
import functools
from pathlib import Path


class _InTurn:
    """Runs functions in a thread, as asyncio.to_thread does, but one call after the other."""

    def __init__(self):
        self.thread = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    async def __call__(self, function, /, *args, **kwargs):
        call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)


_in_turn = _InTurn()


def folder_of(name):
    folder = Path("data") / name
    folder.mkdir(exist_ok=True)
    return folder


async def run_blocking(function, *args):
    return await asyncio.get_running_loop().run_in_executor(None, function, *args)


async def store(name):
    path = await _in_turn(folder_of, name) / "text"
    path.exists()
    (await _in_turn(lambda: Path(name))).lstat()
    file = await run_blocking(open, name)
    file.read()
