from typing import Any

from fastapi import BackgroundTasks as BackgroundTasks

def __getattr__(name: str) -> Any: ...
