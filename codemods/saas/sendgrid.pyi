from typing import Any

from python_http_client import Client

class SendGridAPIClient:
    client: Client
    api_key: str | None
    def __init__(self, api_key: Any = None, host: str = "https://api.sendgrid.com", impersonate_subuser: Any = None) -> None: ...
    def send(self, message: Any) -> Any: ...

def __getattr__(name: str) -> Any: ...
