from typing import Any

from mysql.connector.abstracts import MySQLConnectionAbstract

class CMySQLConnection(MySQLConnectionAbstract):
    def __init__(self, **kwargs: Any) -> None: ...

def __getattr__(name: str) -> Any: ...
