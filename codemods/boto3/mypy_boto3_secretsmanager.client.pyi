from typing import Any

import boto3.session

class SecretsManagerClient(boto3.session.Client): ...

def __getattr__(name: str) -> Any: ...
