from typing import Any

from slack_sdk.web.slack_response import SlackResponse

class SlackClientError(Exception): ...

class SlackApiError(SlackClientError):
    response: SlackResponse

def __getattr__(name: str) -> Any: ...
