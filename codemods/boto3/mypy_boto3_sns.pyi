from typing import Any

from mypy_boto3_sns.client import SNSClient as SNSClient
from mypy_boto3_sns.service_resource import SNSServiceResource as SNSServiceResource

def __getattr__(name: str) -> Any: ...
