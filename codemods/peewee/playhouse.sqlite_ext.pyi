from typing import Any

from peewee import SqliteDatabase

class SqliteExtDatabase(SqliteDatabase): ...

def __getattr__(name: str) -> Any: ...
