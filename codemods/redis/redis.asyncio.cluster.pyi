from typing import Any

from redis.asyncio import RedisCluster as RedisCluster

def __getattr__(name: str) -> Any: ...
