from typing import Any

from valkey.asyncio import BlockingConnectionPool as BlockingConnectionPool, Connection as Connection, ConnectionPool as ConnectionPool, SSLConnection as SSLConnection

def __getattr__(name: str) -> Any: ...
