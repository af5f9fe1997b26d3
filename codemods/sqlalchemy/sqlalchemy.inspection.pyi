from typing import Any, overload

from sqlalchemy.engine.base import Connection, Engine
from sqlalchemy.engine.reflection import Inspector

@overload
def inspect(subject: Engine | Connection, raiseerr: bool = True) -> Inspector: ...
@overload
def inspect(subject: Any, raiseerr: bool = True) -> Any: ...
def __getattr__(name: str) -> Any: ...
