"""Methods that override each other, or that a protocol asks for, change together."""

import asyncio
from typing import Protocol

from channels import Loud, Mail, Pager, Quiet, Telegraph


class Sends(Protocol):
    def send(self, text: str) -> bool: ...

    def describe(self) -> str: ...


class Hub:
    def __init__(self, channels: list[Sends]):
        self.channels = channels

    async def publish(self, text):
        return {channel.describe(): channel.send(text) for channel in self.channels}


async def main():
    hub = Hub([Mail("ops"), Pager(), Quiet(), Loud("all")])
    print(await hub.publish("up"), await hub.publish(""))
    print(Loud("x").send_all(["a", "b"]))
    print(await asyncio.gather(hub.publish("one"), asyncio.sleep(0)))


print(Telegraph().send("stop"))
asyncio.run(main())
