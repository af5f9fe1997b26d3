from typing import Any

from kubernetes.utils import create_from_dict as create_from_dict, create_from_directory as create_from_directory, create_from_yaml as create_from_yaml

def __getattr__(name: str) -> Any: ...
