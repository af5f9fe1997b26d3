from typing import Any

from redis.asyncio import Lock as Lock

def __getattr__(name: str) -> Any: ...
