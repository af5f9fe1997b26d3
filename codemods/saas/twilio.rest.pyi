from typing import Any

from twilio.base import Resource

class Client:
    username: str | None
    account_sid: str | None
    http_client: Any
    messages: Resource
    calls: Resource
    def __init__(self, username: str | None = None, password: str | None = None, account_sid: str | None = None, region: str | None = None, http_client: Any = None, environment: Any = None, edge: str | None = None, user_agent_extensions: Any = None, **kwargs: Any) -> None: ...
    def request(self, method: str, uri: str, params: Any = None, data: Any = None, headers: Any = None, auth: Any = None, timeout: float | None = None, allow_redirects: bool = False, **kwargs: Any) -> Any: ...
    def __getattr__(self, name: str) -> Resource: ...

def __getattr__(name: str) -> Any: ...
