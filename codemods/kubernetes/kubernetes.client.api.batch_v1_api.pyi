from typing import Any

from kubernetes.client import BatchV1Api as BatchV1Api

def __getattr__(name: str) -> Any: ...
