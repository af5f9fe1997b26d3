# -*- coding: latin-1 -*-
import asyncio
async def f():
    x = 'é…'; await asyncio.sleep(1)
