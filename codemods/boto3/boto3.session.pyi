from collections.abc import Iterator
from typing import Any, Literal, TypedDict, overload

import botocore.client
import botocore.paginate
import botocore.response
import botocore.waiter
from boto3.resources.base import ServiceResource
from boto3.resources.factory.dynamodb import DynamoDBServiceResource
from boto3.resources.factory.s3 import S3ServiceResource
from boto3.resources.factory.sns import SNSServiceResource
from boto3.resources.factory.sqs import SQSServiceResource

# What boto3 hands out, under its own name: programs that import only boto3 have objects of botocore's classes.
class StreamingBody(botocore.response.StreamingBody): ...
class Waiter(botocore.waiter.Waiter): ...

class PageIterator(botocore.paginate.PageIterator): ...

class Paginator(botocore.paginate.Paginator):
    def paginate(self, **kwargs: Any) -> PageIterator: ...

class GetObjectOutput(TypedDict, total=False):
    Body: StreamingBody
    ContentLength: int
    ContentType: str
    ContentEncoding: str
    ContentRange: str
    CacheControl: str
    ETag: str
    LastModified: Any
    Expires: Any
    Metadata: dict[str, str]
    VersionId: str
    DeleteMarker: bool
    StorageClass: str
    PartsCount: int
    TagCount: int
    ResponseMetadata: dict[str, Any]

class SelectObjectContentOutput(TypedDict, total=False):
    Payload: EventStream
    ResponseMetadata: dict[str, Any]

class EventStream:
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def close(self) -> None: ...

class InvocationResponse(TypedDict, total=False):
    Payload: StreamingBody
    StatusCode: int
    FunctionError: str
    LogResult: str
    ExecutedVersion: str
    ResponseMetadata: dict[str, Any]

class InvokeModelResponse(TypedDict, total=False):
    body: StreamingBody
    contentType: str
    ResponseMetadata: dict[str, Any]

class InvokeModelStream(TypedDict, total=False):
    body: EventStream
    contentType: str
    ResponseMetadata: dict[str, Any]

class ConverseStream(TypedDict, total=False):
    stream: EventStream
    ResponseMetadata: dict[str, Any]

class SynthesizeSpeechOutput(TypedDict, total=False):
    AudioStream: StreamingBody
    ContentType: str
    RequestCharacters: int
    ResponseMetadata: dict[str, Any]

# Of which service a client is may be told by an argument only. What gives a body has one name in all of them.
class Client(botocore.client.BaseClient):
    def get_paginator(self, operation_name: str) -> Paginator: ...
    def get_waiter(self, waiter_name: str) -> Waiter: ...
    def get_object(self, **kwargs: Any) -> GetObjectOutput: ...
    def invoke(self, **kwargs: Any) -> InvocationResponse: ...
    def invoke_model(self, **kwargs: Any) -> InvokeModelResponse: ...
    def invoke_model_with_response_stream(self, **kwargs: Any) -> InvokeModelStream: ...
    def converse_stream(self, **kwargs: Any) -> ConverseStream: ...
    def synthesize_speech(self, **kwargs: Any) -> SynthesizeSpeechOutput: ...

class S3Client(Client):
    def get_object(self, **kwargs: Any) -> GetObjectOutput: ...
    def select_object_content(self, **kwargs: Any) -> SelectObjectContentOutput: ...
    def upload_file(self, Filename: Any, Bucket: str, Key: str, ExtraArgs: Any = None, Callback: Any = None, Config: Any = None) -> None: ...
    def download_file(self, Bucket: str, Key: str, Filename: Any, ExtraArgs: Any = None, Callback: Any = None, Config: Any = None) -> None: ...
    def upload_fileobj(self, Fileobj: Any, Bucket: str, Key: str, ExtraArgs: Any = None, Callback: Any = None, Config: Any = None) -> None: ...
    def download_fileobj(self, Bucket: str, Key: str, Fileobj: Any, ExtraArgs: Any = None, Callback: Any = None, Config: Any = None) -> None: ...
    def copy(self, CopySource: Any, Bucket: str, Key: str, ExtraArgs: Any = None, Callback: Any = None, SourceClient: Any = None, Config: Any = None) -> None: ...

class Session:
    profile_name: str
    region_name: str
    events: Any
    available_profiles: list[str]
    def __init__(self, aws_access_key_id: str | None = None, aws_secret_access_key: str | None = None, aws_session_token: str | None = None, region_name: str | None = None, botocore_session: Any = None, profile_name: str | None = None, aws_account_id: str | None = None) -> None: ...
    @overload
    def client(self, service_name: Literal["s3"], *args: Any, **kwargs: Any) -> S3Client: ...
    @overload
    def client(self, service_name: str, *args: Any, **kwargs: Any) -> Client: ...
    @overload
    def resource(self, service_name: Literal["s3"], *args: Any, **kwargs: Any) -> S3ServiceResource: ...
    @overload
    def resource(self, service_name: Literal["dynamodb"], *args: Any, **kwargs: Any) -> DynamoDBServiceResource: ...
    @overload
    def resource(self, service_name: Literal["sqs"], *args: Any, **kwargs: Any) -> SQSServiceResource: ...
    @overload
    def resource(self, service_name: Literal["sns"], *args: Any, **kwargs: Any) -> SNSServiceResource: ...
    @overload
    def resource(self, service_name: str, *args: Any, **kwargs: Any) -> ServiceResource: ...
    def get_available_services(self) -> list[str]: ...
    def get_available_resources(self) -> list[str]: ...
    def get_available_partitions(self) -> list[str]: ...
    def get_available_regions(self, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False) -> list[str]: ...
    def get_partition_for_region(self, region_name: str) -> str: ...
    def get_credentials(self) -> Any: ...

def __getattr__(name: str) -> Any: ...
