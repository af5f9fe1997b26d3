from typing import Any

from sqlalchemy.sql.schema import MetaData as MetaData, Table as Table

def __getattr__(name: str) -> Any: ...
