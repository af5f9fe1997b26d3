from typing import Any

from kubernetes.client import CoreV1Api as CoreV1Api

def __getattr__(name: str) -> Any: ...
