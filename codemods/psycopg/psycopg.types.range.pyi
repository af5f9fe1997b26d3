from typing import Any

from psycopg.types import TypeInfo

class RangeInfo(TypeInfo): ...

def __getattr__(name: str) -> Any: ...
