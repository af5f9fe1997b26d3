from typing import Any

from psycopg import Cursor as Cursor

def __getattr__(name: str) -> Any: ...
