from typing import Any

from docker.api import APIClient as APIClient

def __getattr__(name: str) -> Any: ...
