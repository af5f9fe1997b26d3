from typing import Any

from kubernetes.config import load_incluster_config as load_incluster_config

def __getattr__(name: str) -> Any: ...
