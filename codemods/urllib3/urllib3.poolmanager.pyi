from typing import Any, Self

from urllib3._request_methods import RequestMethods
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.response import BaseHTTPResponse

class PoolManager(RequestMethods):
    proxy: Any
    proxy_config: Any
    connection_pool_kw: dict[str, Any]
    pools: Any
    def __init__(self, num_pools: int = 10, headers: Any = None, **connection_pool_kw: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: Any) -> None: ...
    def clear(self) -> None: ...
    def connection_from_host(
        self, host: str | None, port: int | None = None, scheme: str | None = "http", pool_kwargs: Any = None
    ) -> HTTPConnectionPool: ...
    def connection_from_context(self, request_context: dict[str, Any]) -> HTTPConnectionPool: ...
    def connection_from_pool_key(self, pool_key: Any, request_context: dict[str, Any]) -> HTTPConnectionPool: ...
    def connection_from_url(self, url: str, pool_kwargs: Any = None) -> HTTPConnectionPool: ...
    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> BaseHTTPResponse: ...

class ProxyManager(PoolManager):
    proxy_headers: Any
    def __init__(
        self,
        proxy_url: str,
        num_pools: int = 10,
        headers: Any = None,
        proxy_headers: Any = None,
        proxy_ssl_context: Any = None,
        use_forwarding_for_https: bool = False,
        proxy_assert_hostname: Any = None,
        proxy_assert_fingerprint: str | None = None,
        **connection_pool_kw: Any,
    ) -> None: ...

def proxy_from_url(url: str, **kw: Any) -> ProxyManager: ...
def __getattr__(name: str) -> Any: ...
