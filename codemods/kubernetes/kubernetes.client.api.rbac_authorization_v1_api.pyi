from typing import Any

from kubernetes.client import RbacAuthorizationV1Api as RbacAuthorizationV1Api

def __getattr__(name: str) -> Any: ...
