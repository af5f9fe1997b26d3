from typing import Any

class Waiter:
    name: str
    config: Any
    def wait(self, **kwargs: Any) -> None: ...

def __getattr__(name: str) -> Any: ...
