import asyncio
async def f(x):
    x = await asyncio.sleep(1) if x else \
        await asyncio.sleep(2)
    return await asyncio.sleep(3)if await asyncio.sleep(4)else await asyncio.sleep(5)