from typing import Any

from paramiko import SFTPClient as SFTPClient

def __getattr__(name: str) -> Any: ...
