from typing import Any

from urllib3.response import BaseHTTPResponse

class RequestMethods:
    headers: Any
    def __init__(self, headers: Any = None) -> None: ...
    def urlopen(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        encode_multipart: bool = True,
        multipart_boundary: str | None = None,
        **kw: Any,
    ) -> BaseHTTPResponse: ...
    def request(
        self,
        method: str,
        url: str,
        body: Any = None,
        fields: Any = None,
        headers: Any = None,
        json: Any = None,
        **urlopen_kw: Any,
    ) -> BaseHTTPResponse: ...
    def request_encode_url(
        self, method: str, url: str, fields: Any = None, headers: Any = None, **urlopen_kw: Any
    ) -> BaseHTTPResponse: ...
    def request_encode_body(
        self,
        method: str,
        url: str,
        fields: Any = None,
        headers: Any = None,
        encode_multipart: bool = True,
        multipart_boundary: str | None = None,
        **urlopen_kw: Any,
    ) -> BaseHTTPResponse: ...

def __getattr__(name: str) -> Any: ...
