from typing import Any, Literal, Self, overload

from openai._streaming import Stream

class Speech:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, input: str, model: Any, voice: Any, instructions: Any = ..., response_format: Any = ..., speed: Any = ..., stream_format: Any = ..., extra_headers: Any = None, **kwargs: Any) -> Any: ...

class Transcriptions:
    with_raw_response: Self
    with_streaming_response: Any
    @overload
    def create(self, *, stream: Literal[True], file: Any, model: Any, chunking_strategy: Any = ..., include: Any = ..., keywords: Any = ..., known_speaker_names: Any = ..., known_speaker_references: Any = ..., language: Any = ..., **kwargs: Any) -> Stream[Any]: ...
    @overload
    def create(self, *, stream: Any = ..., file: Any, model: Any, chunking_strategy: Any = ..., include: Any = ..., keywords: Any = ..., known_speaker_names: Any = ..., known_speaker_references: Any = ..., language: Any = ..., **kwargs: Any) -> Any: ...

class Translations:
    with_raw_response: Self
    with_streaming_response: Any
    def create(self, *, file: Any, model: Any, prompt: Any = ..., response_format: Any = ..., temperature: Any = ..., extra_headers: Any = None, extra_query: Any = None, extra_body: Any = None, timeout: Any = ...) -> Any: ...

class Audio:
    speech: Speech
    transcriptions: Transcriptions
    translations: Translations
    with_raw_response: Any
    with_streaming_response: Any

def __getattr__(name: str) -> Any: ...
