from typing import Any

from boto3.resources.factory.sqs import SQSServiceResource as SQSServiceResource
from boto3.resources.factory.sqs import Queue as Queue
from boto3.resources.factory.sqs import Message as Message

def __getattr__(name: str) -> Any: ...
