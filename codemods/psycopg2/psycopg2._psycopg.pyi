from typing import Any

from psycopg2.extensions import connection as connection, cursor as cursor, lobject as lobject

def __getattr__(name: str) -> Any: ...
