import asyncio

LOOP = asyncio.get_running_loop()
