import asyncio
import time
from contextlib import ExitStack


class Lamp:
    lit = 0

    def __init__(self, room):
        self.room = room

    def __enter__(self):
        time.sleep(0.01)
        Lamp.lit += 1
        print("on", self.room)
        return self

    def __exit__(self, kind, error, trace):
        time.sleep(0.01)
        print("off", self.room, kind and kind.__name__)
        return kind is KeyError


async def evening(rooms, wrong=None):
    with ExitStack() as stack:
        lamps = [stack.enter_context(Lamp(room)) for room in rooms]
        await asyncio.sleep(0)
        if wrong:
            raise wrong
        return [lamp.room for lamp in lamps]
    return "dark"


async def pair(first, second):
    with Lamp(first) as one, Lamp(second) as other:
        await asyncio.sleep(0)
        print(one.room, other.room)


async def main():
    print(await evening(["hall", "attic"]))
    print(await evening(["cellar", "porch"], KeyError("fuse")))
    try:
        await evening(["shed"], ValueError("bulb"))
    except ValueError as error:
        print("raised", error)
    await pair("study", "stairs")


asyncio.run(main())
