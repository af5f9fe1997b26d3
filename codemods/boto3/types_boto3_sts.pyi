from typing import Any

from types_boto3_sts.client import STSClient as STSClient

def __getattr__(name: str) -> Any: ...
