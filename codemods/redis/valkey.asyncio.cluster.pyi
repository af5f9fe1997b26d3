from typing import Any

from valkey.asyncio import ValkeyCluster as ValkeyCluster

def __getattr__(name: str) -> Any: ...
