from typing import Any

from redis.asyncio import Sentinel as Sentinel, SentinelConnectionPool as SentinelConnectionPool

def __getattr__(name: str) -> Any: ...
