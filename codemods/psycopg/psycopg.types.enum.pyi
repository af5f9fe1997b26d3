from typing import Any

from psycopg.types import TypeInfo

class EnumInfo(TypeInfo): ...

def __getattr__(name: str) -> Any: ...
