from typing import Any

from paramiko import SSHClient as SSHClient
from paramiko import MissingHostKeyPolicy as MissingHostKeyPolicy
from paramiko import AutoAddPolicy as AutoAddPolicy
from paramiko import RejectPolicy as RejectPolicy
from paramiko import WarningPolicy as WarningPolicy

def __getattr__(name: str) -> Any: ...
