from typing import Any, Awaitable, Callable, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

def run_sync(func: Callable[_P, _T]) -> Callable[_P, Awaitable[_T]]: ...
def __getattr__(name: str) -> Any: ...
