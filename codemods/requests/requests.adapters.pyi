from typing import Any

from requests.models import PreparedRequest, Response

class BaseAdapter:
    def __init__(self) -> None: ...
    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response: ...
    def close(self) -> None: ...

class HTTPAdapter(BaseAdapter):
    max_retries: Any
    config: dict[Any, Any]
    poolmanager: Any
    proxy_manager: dict[Any, Any]
    def __init__(
        self, pool_connections: int = 10, pool_maxsize: int = 10, max_retries: Any = 0, pool_block: bool = False
    ) -> None: ...
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None: ...
    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any: ...
    def build_response(self, req: PreparedRequest, resp: Any) -> Response: ...
    def add_headers(self, request: PreparedRequest, **kwargs: Any) -> None: ...
    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response: ...
    def close(self) -> None: ...

def __getattr__(name: str) -> Any: ...
