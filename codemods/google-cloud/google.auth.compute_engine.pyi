from typing import Any

from google.auth.credentials import Credentials as _Credentials

class Credentials(_Credentials):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

class IDTokenCredentials(_Credentials):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

def __getattr__(name: str) -> Any: ...
