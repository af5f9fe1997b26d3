import asyncio

from .config import drop, read, save


async def session(path: str, data: str) -> None:
    save(path, data)
    await asyncio.sleep(0)
    print(read(path))
    drop(path)
