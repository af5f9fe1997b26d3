from typing import Any

class Model:
    attrs: dict[str, Any]
    client: Any
    id: str
    short_id: str
    def reload(self) -> None: ...

class Collection:
    client: Any

def __getattr__(name: str) -> Any: ...
