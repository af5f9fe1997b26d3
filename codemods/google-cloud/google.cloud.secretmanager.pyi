from typing import Any

from google.cloud.secretmanager_v1 import SecretManagerServiceClient as SecretManagerServiceClient

def __getattr__(name: str) -> Any: ...
