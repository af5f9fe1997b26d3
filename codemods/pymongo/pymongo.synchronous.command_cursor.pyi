from typing import Any

from pymongo.command_cursor import CommandCursor as CommandCursor, RawBatchCommandCursor as RawBatchCommandCursor

def __getattr__(name: str) -> Any: ...
