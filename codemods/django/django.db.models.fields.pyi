from typing import Any

from django.db.models import Field as Field

def __getattr__(name: str) -> Any: ...
