from typing import Any

from git.index.base import IndexFile as IndexFile

def __getattr__(name: str) -> Any: ...
