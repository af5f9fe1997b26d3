from typing import Any

class HTTPResponse:
    body: Any
    status: int
    headers: Any
    def __init__(self, body: Any = None, status: int = 200, headers: Any = None, content_type: str | None = None) -> None: ...


def __getattr__(name: str) -> Any: ...
