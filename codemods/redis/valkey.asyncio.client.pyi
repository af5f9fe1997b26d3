from typing import Any

from valkey.asyncio import Monitor as Monitor, Pipeline as Pipeline, PubSub as PubSub, Valkey as Valkey, StrictValkey as StrictValkey

def __getattr__(name: str) -> Any: ...
