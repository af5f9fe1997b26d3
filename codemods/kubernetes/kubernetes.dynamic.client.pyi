from typing import Any

from kubernetes.dynamic import DynamicClient as DynamicClient

def __getattr__(name: str) -> Any: ...
