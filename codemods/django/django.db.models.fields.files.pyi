from typing import Any

from django.db.models import FieldFile as FieldFile, FileField as FileField, ImageField as ImageField

def __getattr__(name: str) -> Any: ...
