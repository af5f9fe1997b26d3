from typing import Any

from django.db.models import BaseManager as BaseManager, Manager as Manager

def __getattr__(name: str) -> Any: ...
