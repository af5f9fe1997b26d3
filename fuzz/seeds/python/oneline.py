import asyncio
import time;import requests as r
async def f(): await asyncio.sleep(1); return await asyncio.to_thread(r.get, (await asyncio.to_thread(r.get, "a")).text)