from typing import Any

from django.contrib.sessions.backends.base import SessionBase

class SessionStore(SessionBase):
    def __init__(self, session_key: str | None = None) -> None: ...

def __getattr__(name: str) -> Any: ...
