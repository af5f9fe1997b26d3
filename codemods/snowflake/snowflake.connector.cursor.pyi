from typing import Any

from snowflake.connector import DictCursor as DictCursor, SnowflakeCursor as SnowflakeCursor

def __getattr__(name: str) -> Any: ...
