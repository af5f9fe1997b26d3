from typing import Any

import boto3.session

class LambdaClient(boto3.session.Client): ...

def __getattr__(name: str) -> Any: ...
