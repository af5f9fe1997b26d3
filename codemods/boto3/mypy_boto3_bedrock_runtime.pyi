from typing import Any

from mypy_boto3_bedrock_runtime.client import BedrockRuntimeClient as BedrockRuntimeClient

def __getattr__(name: str) -> Any: ...
