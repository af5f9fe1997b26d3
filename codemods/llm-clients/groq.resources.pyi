from typing import Any, Literal, Self, overload

from groq._streaming import Stream

class Completions:
    with_raw_response: Self
    with_streaming_response: Any
    @overload
    def create(self, *, stream: Literal[True], messages: Any, model: Any, citation_options: Any = ..., compound_custom: Any = ..., disable_tool_validation: Any = ..., documents: Any = ..., exclude_domains: Any = ..., frequency_penalty: Any = ..., **kwargs: Any) -> Stream[Any]: ...
    @overload
    def create(self, *, stream: Any = ..., messages: Any, model: Any, citation_options: Any = ..., compound_custom: Any = ..., disable_tool_validation: Any = ..., documents: Any = ..., exclude_domains: Any = ..., frequency_penalty: Any = ..., **kwargs: Any) -> Any: ...

class Chat:
    completions: Completions
    with_raw_response: Any
    with_streaming_response: Any

class Embeddings:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, input: Any, model: Any, encoding_format: Any = ..., user: Any = ..., extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Speech:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, input: str, model: Any, voice: str, response_format: Any = ..., sample_rate: Any = ..., speed: Any = ..., extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Transcriptions:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, model: Any, file: Any = ..., language: Any = ..., prompt: Any = ..., response_format: Any = ..., temperature: Any = ..., timestamp_granularities: Any = ..., url: Any = ..., **kwargs: Any) -> Any: ...

class Translations:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, model: Any, file: Any = ..., prompt: Any = ..., response_format: Any = ..., temperature: Any = ..., url: Any = ..., extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Audio:
    speech: Speech
    transcriptions: Transcriptions
    translations: Translations

class Models:
    with_raw_response: Self
    with_streaming_response: Any
    def retrieve(self, model: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def list(self, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def delete(self, model: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Files:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, file: Any, purpose: Any, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def list(self, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def delete(self, file_id: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def content(self, file_id: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def info(self, file_id: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Batches:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, completion_window: str, endpoint: Any, input_file_id: str, metadata: Any = ..., extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def retrieve(self, batch_id: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def list(self, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...
    def cancel(self, batch_id: str, *, extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

def __getattr__(name: str) -> Any: ...
