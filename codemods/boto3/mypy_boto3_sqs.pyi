from typing import Any

from mypy_boto3_sqs.client import SQSClient as SQSClient
from mypy_boto3_sqs.service_resource import SQSServiceResource as SQSServiceResource

def __getattr__(name: str) -> Any: ...
