from typing import Any, Callable, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

async def sync_to_thread(fn: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T: ...
def __getattr__(name: str) -> Any: ...
