from typing import Any

import boto3.session

class S3Client(boto3.session.S3Client): ...

def __getattr__(name: str) -> Any: ...
