from typing import Any

from psycopg import BaseConnection as BaseConnection, Connection as Connection

def __getattr__(name: str) -> Any: ...
