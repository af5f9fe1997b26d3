from typing import Any

from psycopg.types import TypeInfo

class CompositeInfo(TypeInfo): ...

def __getattr__(name: str) -> Any: ...
