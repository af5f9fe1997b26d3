from typing import Any

from pymongo.cursor import Cursor as Cursor, RawBatchCursor as RawBatchCursor

def __getattr__(name: str) -> Any: ...
