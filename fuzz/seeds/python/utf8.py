import time
async def ƒ(名=1):
    "🐍 "; time.sleep(名)  # ñ
