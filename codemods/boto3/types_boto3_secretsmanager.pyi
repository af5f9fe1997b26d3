from typing import Any

from types_boto3_secretsmanager.client import SecretsManagerClient as SecretsManagerClient

def __getattr__(name: str) -> Any: ...
