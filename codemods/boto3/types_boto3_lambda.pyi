from typing import Any

from types_boto3_lambda.client import LambdaClient as LambdaClient

def __getattr__(name: str) -> Any: ...
