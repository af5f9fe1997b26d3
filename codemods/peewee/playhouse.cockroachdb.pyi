from typing import Any

from peewee import PostgresqlDatabase

class CockroachDatabase(PostgresqlDatabase): ...

def __getattr__(name: str) -> Any: ...
