#
# vim: set fileencoding=shift_jis :
import asyncio
async def f():
    x = '日本'; await asyncio.sleep(1)
