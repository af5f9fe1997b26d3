from typing import Any

from types_boto3_ses.client import SESClient as SESClient

def __getattr__(name: str) -> Any: ...
