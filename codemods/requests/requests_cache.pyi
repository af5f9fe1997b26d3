from typing import Any

from requests import Session

class CachedSession(Session):
    cache: Any
    settings: Any
    def __init__(self, cache_name: Any = "http_cache", backend: Any = None, *args: Any, **kwargs: Any) -> None: ...

def install_cache(cache_name: Any = "http_cache", backend: Any = None, **kwargs: Any) -> None: ...
def __getattr__(name: str) -> Any: ...
