from typing import Any

class WebhookResponse:
    url: str
    status_code: int
    body: str
    headers: Any

class WebhookClient:
    url: str
    def __init__(self, url: str, timeout: int = 30, ssl: Any = None, proxy: str | None = None, default_headers: Any = None, user_agent_prefix: str | None = None, user_agent_suffix: str | None = None, logger: Any = None, retry_handlers: Any = None) -> None: ...
    def send(self, *, text: str | None = None, attachments: Any = None, blocks: Any = None, response_type: str | None = None, replace_original: bool | None = None, delete_original: bool | None = None, unfurl_links: bool | None = None, unfurl_media: bool | None = None, metadata: Any = None, headers: Any = None) -> WebhookResponse: ...
    def send_dict(self, body: Any, headers: Any = None) -> WebhookResponse: ...

def __getattr__(name: str) -> Any: ...
