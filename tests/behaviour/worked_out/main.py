"""What a property works out nobody sets; a property that can be set is another matter, and so is what only tests set."""

import asyncio
import subprocess


class Server:
    """Has an attribute where others have a property."""

    def open(self):
        self.shelf = "of the server"
        return self.shelf


class Handler:
    def __init__(self, settings):
        self.settings = settings
        self.label = settings["shelf"] + "!"

    @property
    def shelf(self):
        return self.settings["shelf"]

    async def name(self):
        if self.label == "none":
            return "nobody"
        subprocess.run(["sleep", "0.01"], check=True)
        return self.label

    async def answer(self):
        if self.shelf == "closed":
            return "nothing"
        subprocess.run(["sleep", "0.01"], check=True)
        return self.shelf


class Board:
    def __init__(self):
        self.table = {"state": "open"}

    @property
    def state(self):
        return self.table["state"]

    async def look(self):
        if self.state == "open":
            subprocess.run(["sleep", "0.02"], check=True)
            return self.state
        return "was closed"

    async def close(self):
        await asyncio.sleep(0)
        self.table["state"] = "closed"


class Switch:
    def __init__(self):
        self.now = "on"

    @property
    def mode(self):
        return self.now

    @mode.setter
    def mode(self, mode):
        self.now = mode

    async def look(self):
        if self.mode == "on":
            subprocess.run(["sleep", "0.02"], check=True)
            return self.mode
        return "was off"

    async def turn(self):
        await asyncio.sleep(0)
        self.mode = "off"
        return self.mode


async def main():
    handlers = [Handler({"shelf": "here"}), Handler({"shelf": "closed"})]
    print(Server().open(), await asyncio.gather(*(handler.answer() for handler in handlers)))
    print(await asyncio.gather(*(handler.name() for handler in handlers)))
    board = Board()
    print(await asyncio.gather(board.look(), board.close(), board.look()))
    switch = Switch()
    print(await asyncio.gather(switch.look(), switch.turn(), switch.look()))


asyncio.run(main())
