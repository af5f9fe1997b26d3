from typing import Any

from types_boto3_dynamodb.client import DynamoDBClient as DynamoDBClient
from types_boto3_dynamodb.service_resource import DynamoDBServiceResource as DynamoDBServiceResource

def __getattr__(name: str) -> Any: ...
