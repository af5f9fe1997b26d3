import asyncio

LOOP = asyncio.get_running_loop()


class Part:
    ready = LOOP.is_running()
