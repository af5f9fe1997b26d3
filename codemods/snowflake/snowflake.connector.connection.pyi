from typing import Any

from snowflake.connector import Connection as Connection, SnowflakeConnection as SnowflakeConnection

def __getattr__(name: str) -> Any: ...
