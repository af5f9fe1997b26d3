from typing import Any

from django.db.models import Model as Model

def __getattr__(name: str) -> Any: ...
