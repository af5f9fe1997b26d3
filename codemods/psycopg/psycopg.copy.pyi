from typing import Any

from psycopg import AsyncCopy as AsyncCopy, Copy as Copy

def __getattr__(name: str) -> Any: ...
