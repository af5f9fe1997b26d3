from typing import Any

from requests.models import PreparedRequest

class AuthBase:
    def __call__(self, r: PreparedRequest) -> PreparedRequest: ...

class HTTPBasicAuth(AuthBase):
    username: Any
    password: Any
    def __init__(self, username: Any, password: Any) -> None: ...

class HTTPProxyAuth(HTTPBasicAuth): ...

class HTTPDigestAuth(AuthBase):
    username: Any
    password: Any
    def __init__(self, username: Any, password: Any) -> None: ...

def __getattr__(name: str) -> Any: ...
