from typing import Any

from boto3.session import Client, S3Client

class ResourceMeta:
    client: Client
    service_name: str
    identifiers: list[str]
    data: Any
    resource_model: Any
    def copy(self) -> ResourceMeta: ...

# Of the resources of S3.
class S3ResourceMeta(ResourceMeta):
    client: S3Client

class ServiceResource:
    meta: ResourceMeta
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_available_subresources(self) -> list[str]: ...
    def __getattr__(self, name: str) -> Any: ...

def __getattr__(name: str) -> Any: ...
