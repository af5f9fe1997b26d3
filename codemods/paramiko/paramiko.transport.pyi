from typing import Any

from paramiko import Transport as Transport

def __getattr__(name: str) -> Any: ...
