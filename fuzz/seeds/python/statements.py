import asyncio
import concurrent.futures
import contextvars
import functools
import threading, time
lock = threading.Lock()
class _InTurn:
    """Runs functions in a thread, as asyncio.to_thread does, but one call after the other."""

    def __init__(self):
        self.thread = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    async def __call__(self, function, /, *args, **kwargs):
        call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)


_in_turn = _InTurn()


async def f(p):
    def blocking():
        with open(p) as a, open(p + "x", "w") as b:
            b.write(a.read())
        with lock:
            time.sleep(1)
        try:
            text = open(p).read()
        except OSError as error:
            raise ValueError(time.sleep(1)) from error
        else:
            for line in open(p):
                del text[time.sleep(1)]
        finally:
            while time.sleep(1): continue
        match time.sleep(1):
            case [1, *_] if time.sleep(2): pass
            case {"a": x, **rest}: text += open(x).read()
            case _: assert time.sleep(3), time.sleep(4)

    await _in_turn(blocking)
