from typing import Any

from mypy_boto3_s3.client import S3Client as S3Client
from mypy_boto3_s3.service_resource import S3ServiceResource as S3ServiceResource

def __getattr__(name: str) -> Any: ...
