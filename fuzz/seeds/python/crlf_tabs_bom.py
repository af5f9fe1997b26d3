import asyncio

async def f():
	await asyncio.sleep(1)
	if f:
		return (await asyncio.sleep(2))
