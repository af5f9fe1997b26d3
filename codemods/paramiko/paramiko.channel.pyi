from typing import Any

from paramiko import Channel as Channel
from paramiko import ChannelFile as ChannelFile
from paramiko import ChannelStderrFile as ChannelStderrFile
from paramiko import ChannelStdinFile as ChannelStdinFile

def __getattr__(name: str) -> Any: ...
