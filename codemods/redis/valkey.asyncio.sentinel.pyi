from typing import Any

from valkey.asyncio import Sentinel as Sentinel, SentinelConnectionPool as SentinelConnectionPool

def __getattr__(name: str) -> Any: ...
