import asyncio

import requests
async def f(u):
    print(await asyncio.to_thread(lambda: f"{requests.get(u).text!r:>{len(u)}} {{}} {requests.get(u)=}"))
    return f'{f"{await asyncio.to_thread(requests.get, f"{u}")}"}', rf"\d{await asyncio.to_thread(requests.get, u)}", f"""
{
    await asyncio.to_thread(
        requests.get,
        u
    )
}"""
