from typing import Any

from psycopg import AsyncClientCursor as AsyncClientCursor, ClientCursor as ClientCursor

def __getattr__(name: str) -> Any: ...
