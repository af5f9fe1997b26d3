from typing import Any

from paramiko import SFTPFile as SFTPFile

def __getattr__(name: str) -> Any: ...
