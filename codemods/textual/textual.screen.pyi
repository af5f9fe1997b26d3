from typing import Any, Generic, TypeVar

from textual.widget import Widget

_T = TypeVar("_T")

class Screen(Widget, Generic[_T]):
    def dismiss(self, result: Any = None) -> Any: ...

class ModalScreen(Screen[_T]): ...


def __getattr__(name: str) -> Any: ...
