from typing import Any

from atlassian import Confluence as Confluence

def __getattr__(name: str) -> Any: ...
