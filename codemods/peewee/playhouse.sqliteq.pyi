from typing import Any

from peewee import SqliteDatabase

class SqliteQueueDatabase(SqliteDatabase): ...

def __getattr__(name: str) -> Any: ...
