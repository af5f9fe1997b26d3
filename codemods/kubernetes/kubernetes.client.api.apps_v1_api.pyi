from typing import Any

from kubernetes.client import AppsV1Api as AppsV1Api

def __getattr__(name: str) -> Any: ...
