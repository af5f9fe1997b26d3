from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self

from urllib3.response import HTTPResponse

from requests.adapters import BaseAdapter

class Request:
    method: Any
    url: Any
    headers: Any
    def __init__(
        self,
        method: Any = None,
        url: Any = None,
        headers: Any = None,
        files: Any = None,
        data: Any = None,
        params: Any = None,
        auth: Any = None,
        cookies: Any = None,
        hooks: Any = None,
        json: Any = None,
    ) -> None: ...
    def prepare(self) -> PreparedRequest: ...

class PreparedRequest:
    method: str | None
    url: str | None
    headers: Any
    body: Any
    hooks: Any
    path_url: str
    def prepare(self, *args: Any, **kwargs: Any) -> None: ...
    def copy(self) -> PreparedRequest: ...

class Response:
    status_code: int
    url: str
    encoding: str | None
    reason: str
    elapsed: timedelta
    history: list[Response]
    raw: HTTPResponse
    connection: BaseAdapter
    request: PreparedRequest
    headers: Any
    cookies: Any
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[bytes]: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: Any) -> None: ...
    @property
    def ok(self) -> bool: ...
    @property
    def is_redirect(self) -> bool: ...
    @property
    def is_permanent_redirect(self) -> bool: ...
    @property
    def next(self) -> PreparedRequest | None: ...
    @property
    def apparent_encoding(self) -> str | None: ...
    @property
    def content(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    @property
    def links(self) -> dict[Any, Any]: ...
    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]: ...
    def iter_lines(self, chunk_size: int = 512, decode_unicode: bool = False, delimiter: Any = None) -> Iterator[Any]: ...
    def json(self, **kwargs: Any) -> Any: ...
    def raise_for_status(self) -> None: ...
    def close(self) -> None: ...

def __getattr__(name: str) -> Any: ...
