from typing import Any

from psycopg.types import TypeInfo

class MultirangeInfo(TypeInfo): ...

def __getattr__(name: str) -> Any: ...
