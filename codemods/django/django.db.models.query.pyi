from typing import Any

from django.db.models import QuerySet as QuerySet, RawQuerySet as RawQuerySet, prefetch_related_objects as prefetch_related_objects, aprefetch_related_objects as aprefetch_related_objects

def __getattr__(name: str) -> Any: ...
