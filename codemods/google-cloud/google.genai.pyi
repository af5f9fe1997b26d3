from typing import Any

from google.genai.client import Client as Client

def __getattr__(name: str) -> Any: ...
