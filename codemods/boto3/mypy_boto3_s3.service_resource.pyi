from typing import Any

from boto3.resources.factory.s3 import S3ServiceResource as S3ServiceResource
from boto3.resources.factory.s3 import Bucket as Bucket
from boto3.resources.factory.s3 import Object as Object
from boto3.resources.factory.s3 import ObjectSummary as ObjectSummary
from boto3.resources.factory.s3 import ObjectVersion as ObjectVersion

def __getattr__(name: str) -> Any: ...
