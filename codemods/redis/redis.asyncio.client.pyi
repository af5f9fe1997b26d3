from typing import Any

from redis.asyncio import Monitor as Monitor, Pipeline as Pipeline, PubSub as PubSub, Redis as Redis, StrictRedis as StrictRedis

def __getattr__(name: str) -> Any: ...
