from typing import Any

from pymongo.collection import Collection as Collection, ReturnDocument as ReturnDocument

def __getattr__(name: str) -> Any: ...
