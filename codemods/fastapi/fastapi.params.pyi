from typing import Any, Callable

class Depends:
    dependency: Callable[..., Any] | None
    def __init__(self, dependency: Callable[..., Any] | None = None, *, use_cache: bool = True, scope: Any = None) -> None: ...

class Security(Depends):
    def __init__(self, dependency: Callable[..., Any] | None = None, *, scopes: Any = None, use_cache: bool = True) -> None: ...

def __getattr__(name: str) -> Any: ...
