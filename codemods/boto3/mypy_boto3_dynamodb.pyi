from typing import Any

from mypy_boto3_dynamodb.client import DynamoDBClient as DynamoDBClient
from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource as DynamoDBServiceResource

def __getattr__(name: str) -> Any: ...
