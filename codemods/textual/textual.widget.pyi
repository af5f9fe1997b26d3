from typing import Any

from textual.dom import DOMNode

class Widget(DOMNode):
    def __init__(self, *children: Any, **options: Any) -> None: ...


def __getattr__(name: str) -> Any: ...
