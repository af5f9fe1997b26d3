from typing import Any, TypeVar

_T = TypeVar("_T")

class IterableList(list[_T]):
    def __getattr__(self, name: str) -> _T: ...
    def __getitem__(self, index: Any) -> _T: ...

class Actor:
    name: str | None
    email: str | None
    def __init__(self, name: str | None, email: str | None) -> None: ...

def __getattr__(name: str) -> Any: ...
