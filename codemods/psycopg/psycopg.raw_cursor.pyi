from typing import Any

from psycopg import AsyncRawCursor as AsyncRawCursor, AsyncRawServerCursor as AsyncRawServerCursor, RawCursor as RawCursor, RawServerCursor as RawServerCursor

def __getattr__(name: str) -> Any: ...
