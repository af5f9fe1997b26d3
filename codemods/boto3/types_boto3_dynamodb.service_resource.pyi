from typing import Any

from boto3.resources.factory.dynamodb import DynamoDBServiceResource as DynamoDBServiceResource
from boto3.resources.factory.dynamodb import Table as Table

def __getattr__(name: str) -> Any: ...
