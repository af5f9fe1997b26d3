from typing import Any

from kubernetes.client import ApiClient as ApiClient

def __getattr__(name: str) -> Any: ...
