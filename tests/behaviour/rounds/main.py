import asyncio
import time


class Lamp:
    def __init__(self):
        self.state = "off"
        self.seen = []

    def step(self, event):
        time.sleep(0.001)
        if event == "on" and self.state == "off":
            self.state = "on"
        elif event == "off" and self.state == "on":
            self.state = "off"
        else:
            self.seen.append(f"{event} while {self.state}")


class Switch:
    def __init__(self, lamp):
        self.lamp = lamp

    async def play(self, events):
        for event in events:
            self.lamp.step(event)

    async def tell(self, events):
        return [self.lamp.step(event) for event in events]


async def watch(lamp):
    await asyncio.sleep(0)
    print(lamp.state, len(lamp.seen))


async def main():
    lamp = Lamp()
    switch = Switch(lamp)
    await asyncio.gather(
        switch.play(["on", "blink", "off"]), switch.tell(["on", "blink", "off"]), switch.play(["blink"]), watch(lamp)
    )
    print(lamp.seen, lamp.state)


asyncio.run(main())
