import time;import requests as r
async def f(): time.sleep(1); return r.get(r.get("a").text)