from typing import Any

from openai.resources.chat.completions import Completions

class Chat:
    completions: Completions
    with_raw_response: Any
    with_streaming_response: Any

def __getattr__(name: str) -> Any: ...
