from collections.abc import Iterator
from typing import Any, Self

from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Request, Response

class Session:
    headers: Any
    auth: Any
    proxies: Any
    hooks: Any
    params: Any
    stream: bool
    verify: Any
    cert: Any
    max_redirects: int
    trust_env: bool
    cookies: Any
    adapters: Any
    def __init__(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: Any) -> None: ...
    def prepare_request(self, request: Request) -> PreparedRequest: ...
    def request(
        self,
        method: str,
        url: Any,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        cookies: Any = None,
        files: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: bool = True,
        proxies: Any = None,
        hooks: Any = None,
        stream: bool | None = None,
        verify: Any = None,
        cert: Any = None,
        json: Any = None,
    ) -> Response: ...
    def get(self, url: Any, params: Any = None, **kwargs: Any) -> Response: ...
    def options(self, url: Any, **kwargs: Any) -> Response: ...
    def head(self, url: Any, **kwargs: Any) -> Response: ...
    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Response: ...
    def put(self, url: Any, data: Any = None, **kwargs: Any) -> Response: ...
    def patch(self, url: Any, data: Any = None, **kwargs: Any) -> Response: ...
    def delete(self, url: Any, **kwargs: Any) -> Response: ...
    def send(self, request: PreparedRequest, **kwargs: Any) -> Response: ...
    def resolve_redirects(
        self,
        resp: Response,
        req: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
        yield_requests: bool = False,
        **adapter_kwargs: Any,
    ) -> Iterator[Response]: ...
    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> dict[str, Any]: ...
    def get_adapter(self, url: str) -> BaseAdapter: ...
    def mount(self, prefix: str, adapter: BaseAdapter) -> None: ...
    def close(self) -> None: ...

def session() -> Session: ...
def __getattr__(name: str) -> Any: ...
