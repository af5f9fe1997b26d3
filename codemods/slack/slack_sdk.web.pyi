from typing import Any

from slack_sdk.web.client import WebClient as WebClient
from slack_sdk.web.slack_response import SlackResponse as SlackResponse

def __getattr__(name: str) -> Any: ...
