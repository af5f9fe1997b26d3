from typing import Any

from mypy_boto3_ssm.client import SSMClient as SSMClient

def __getattr__(name: str) -> Any: ...
