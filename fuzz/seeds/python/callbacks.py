import asyncio, functools, time
from concurrent.futures import ThreadPoolExecutor
def work(n): time.sleep(n)
async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(work, 1)
    await asyncio.to_thread(work, 1)
    await loop.run_in_executor(None, functools.partial(work, 1))
    ThreadPoolExecutor().submit(work, 1).result()
    return await asyncio.gather(*[asyncio.to_thread(work, n) for n in range(3)])
asyncio.run(main())
