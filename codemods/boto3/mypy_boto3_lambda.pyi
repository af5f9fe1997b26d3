from typing import Any

from mypy_boto3_lambda.client import LambdaClient as LambdaClient

def __getattr__(name: str) -> Any: ...
