import asyncio
import time
class A:
    x = time.sleep(0)
    def load(self, n=time.sleep(0)): time.sleep(n)
    @property
    def slow(self):
        return time.sleep(1)
    async def run(self):
        await asyncio.to_thread(self.load, 1)
        a = [await asyncio.sleep(x) for x in [await asyncio.sleep(1)]]
        b = await asyncio.to_thread(lambda: sum(time.sleep(x) for x in [time.sleep(1)]))
        c = lambda: time.sleep(1)
        d = {k: await asyncio.sleep(v) async for k, v in a}
        def inner():
            time.sleep(1)
        await asyncio.to_thread(inner)
        return await asyncio.to_thread(lambda: self.slow) or (y := await asyncio.sleep(2))
