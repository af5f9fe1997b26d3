from typing import Any

from peewee import PostgresqlDatabase

class PostgresqlExtDatabase(PostgresqlDatabase): ...

def __getattr__(name: str) -> Any: ...
