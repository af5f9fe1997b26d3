from typing import Any

from kubernetes.client import NetworkingV1Api as NetworkingV1Api

def __getattr__(name: str) -> Any: ...
