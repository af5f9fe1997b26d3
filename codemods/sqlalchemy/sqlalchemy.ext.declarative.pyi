from typing import Any

from sqlalchemy.orm import declarative_base as declarative_base

def __getattr__(name: str) -> Any: ...
