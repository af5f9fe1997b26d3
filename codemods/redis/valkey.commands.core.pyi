from typing import Any

class Script:
    registered_client: Any
    script: Any
    sha: str
    def __call__(self, keys: Any = None, args: Any = None, client: Any = None) -> Any: ...

def __getattr__(name: str) -> Any: ...
