from typing import Any

from mongoengine import connect as connect, disconnect as disconnect, get_connection as get_connection, get_db as get_db

def __getattr__(name: str) -> Any: ...
