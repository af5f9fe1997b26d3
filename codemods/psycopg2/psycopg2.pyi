from typing import Any, Callable, TypeVar, overload

from psycopg2.extensions import connection

_C = TypeVar("_C")

@overload
def connect(dsn: str | None = None, *, connection_factory: Callable[..., _C], cursor_factory: Any = None, **kwargs: Any) -> _C: ...
@overload
def connect(dsn: str | None = None, connection_factory: None = None, cursor_factory: Any = None, **kwargs: Any) -> connection: ...
def __getattr__(name: str) -> Any: ...
