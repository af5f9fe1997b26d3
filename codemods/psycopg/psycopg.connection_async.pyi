from typing import Any

from psycopg import AsyncConnection as AsyncConnection

def __getattr__(name: str) -> Any: ...
