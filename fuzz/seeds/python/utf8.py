import asyncio
async def ƒ(名=1):
    "🐍 "; await asyncio.sleep(名)  # ñ
