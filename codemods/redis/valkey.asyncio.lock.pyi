from typing import Any

from valkey.asyncio import Lock as Lock

def __getattr__(name: str) -> Any: ...
