from typing import Any

from mypy_boto3_ses.client import SESClient as SESClient

def __getattr__(name: str) -> Any: ...
