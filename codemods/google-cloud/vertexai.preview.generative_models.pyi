from typing import Any

from vertexai.generative_models import ChatSession as ChatSession, GenerativeModel as GenerativeModel

def __getattr__(name: str) -> Any: ...
