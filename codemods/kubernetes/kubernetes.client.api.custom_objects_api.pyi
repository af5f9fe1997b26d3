from typing import Any

from kubernetes.client import CustomObjectsApi as CustomObjectsApi

def __getattr__(name: str) -> Any: ...
