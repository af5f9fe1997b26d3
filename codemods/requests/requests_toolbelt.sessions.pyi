from typing import Any

from requests import Session

class BaseUrlSession(Session):
    base_url: str | None
    def __init__(self, base_url: str | None = None) -> None: ...
    def create_url(self, url: str) -> str: ...

def __getattr__(name: str) -> Any: ...
