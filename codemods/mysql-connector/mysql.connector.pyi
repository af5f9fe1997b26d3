from typing import Any

from mysql.connector import abstracts as abstracts, aio as aio, connection as connection, cursor as cursor, pooling as pooling
from mysql.connector.abstracts import MySQLConnectionAbstract
from mysql.connector.connection import MySQLConnection as MySQLConnection
from mysql.connector.connection_cext import CMySQLConnection as CMySQLConnection

HAVE_CEXT: bool

# With the arguments of a pool it is a PooledMySQLConnection, which passes everything on to such an object.
def connect(*args: Any, **kwargs: Any) -> MySQLConnectionAbstract: ...
def Connect(*args: Any, **kwargs: Any) -> MySQLConnectionAbstract: ...
def __getattr__(name: str) -> Any: ...
