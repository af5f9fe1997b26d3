from typing import Any, Self

from urllib3._request_methods import RequestMethods
from urllib3.response import BaseHTTPResponse

class ConnectionPool:
    scheme: str | None
    host: str
    port: int | None
    def __init__(self, host: str, port: int | None = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: Any) -> None: ...
    def close(self) -> None: ...

class HTTPConnectionPool(ConnectionPool, RequestMethods):
    timeout: Any
    retries: Any
    block: bool
    proxy: Any
    num_connections: int
    num_requests: int
    def __init__(
        self,
        host: str,
        port: int | None = None,
        timeout: Any = ...,
        maxsize: int = 1,
        block: bool = False,
        headers: Any = None,
        retries: Any = None,
        _proxy: Any = None,
        _proxy_headers: Any = None,
        _proxy_config: Any = None,
        **conn_kw: Any,
    ) -> None: ...
    def is_same_host(self, url: str) -> bool: ...
    def urlopen(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        retries: Any = None,
        redirect: bool = True,
        assert_same_host: bool = True,
        timeout: Any = ...,
        pool_timeout: int | None = None,
        release_conn: bool | None = None,
        chunked: bool = False,
        body_pos: Any = None,
        preload_content: bool = True,
        decode_content: bool = True,
        **response_kw: Any,
    ) -> BaseHTTPResponse: ...

class HTTPSConnectionPool(HTTPConnectionPool):
    def __init__(self, host: str, port: int | None = None, timeout: Any = ..., maxsize: int = 1, block: bool = False, headers: Any = None, retries: Any = None, **conn_kw: Any) -> None: ...

def connection_from_url(url: str, **kw: Any) -> HTTPConnectionPool: ...
def __getattr__(name: str) -> Any: ...
