from typing import Any

from sqlalchemy.util.concurrency import greenlet_spawn as greenlet_spawn

def __getattr__(name: str) -> Any: ...
