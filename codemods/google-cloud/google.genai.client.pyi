from typing import Any, Self

from google.genai.batches import Batches
from google.genai.caches import Caches
from google.genai.chats import Chats
from google.genai.files import Files
from google.genai.models import Models
from google.genai.operations import Operations
from google.genai.tunings import Tunings

class AsyncClient:
    def __getattr__(self, name: str) -> Any: ...

class Client:
    aio: AsyncClient
    models: Models
    chats: Chats
    files: Files
    caches: Caches
    batches: Batches
    tunings: Tunings
    operations: Operations
    vertexai: bool
    def __init__(self, *, enterprise: bool | None = None, vertexai: bool | None = None, api_key: str | None = None, credentials: Any = None, project: str | None = None, location: str | None = None, debug_config: Any = None, http_options: Any = None) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

def __getattr__(name: str) -> Any: ...
