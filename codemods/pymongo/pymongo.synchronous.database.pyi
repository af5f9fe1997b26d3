from typing import Any

from pymongo.database import Database as Database

def __getattr__(name: str) -> Any: ...
