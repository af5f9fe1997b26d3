from typing import Any

from celery import Celery as Celery

def __getattr__(name: str) -> Any: ...
