from typing import Any

from clickhouse_connect.driver.client import Client

class HttpClient(Client):
    def __init__(self, interface: str, host: str, port: int, username: str, password: str, database: str | None, **kwargs: Any) -> None: ...

def __getattr__(name: str) -> Any: ...
