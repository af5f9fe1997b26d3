from typing import Any

from pymongo.mongo_client import MongoClient as MongoClient

def __getattr__(name: str) -> Any: ...
