from typing import Any

from psycopg import AsyncCursor as AsyncCursor

def __getattr__(name: str) -> Any: ...
