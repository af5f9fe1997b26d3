from typing import Any

from atlassian import Jira as Jira

def __getattr__(name: str) -> Any: ...
