from typing import Any

from docker.api import APIClient as APIClient
from docker.client import DockerClient as DockerClient, from_env as from_env

def __getattr__(name: str) -> Any: ...
