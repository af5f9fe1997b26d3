from typing import Any

from pymongo.asynchronous.mongo_client import AsyncMongoClient as AsyncMongoClient
from pymongo.collection import ReturnDocument as ReturnDocument
from pymongo.mongo_client import MongoClient as MongoClient

ASCENDING: int
DESCENDING: int
GEO2D: str
GEOSPHERE: str
HASHED: str
TEXT: str
version: str

def __getattr__(name: str) -> Any: ...
