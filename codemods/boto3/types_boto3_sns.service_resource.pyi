from typing import Any

from boto3.resources.factory.sns import SNSServiceResource as SNSServiceResource
from boto3.resources.factory.sns import Topic as Topic
from boto3.resources.factory.sns import PlatformEndpoint as PlatformEndpoint

def __getattr__(name: str) -> Any: ...
