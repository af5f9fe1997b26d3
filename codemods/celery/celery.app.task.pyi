from typing import Any

from celery import Task as Task

def __getattr__(name: str) -> Any: ...
