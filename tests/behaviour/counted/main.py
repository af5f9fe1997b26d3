"""What a body counts up, its `finally` counts down, also when the task is cancelled."""

import asyncio


class Gate:
    def __init__(self):
        self.inside = 0

    def note(self, text):
        with open("gate.log", "a") as log:
            log.write(text + "\n")

    async def visit(self, name):
        try:
            self.note(f"{name} comes")
            self.inside += 1
            await asyncio.sleep(10)
        finally:
            self.inside -= 1


async def main():
    gate = Gate()
    visit = asyncio.create_task(gate.visit("a"))
    await asyncio.sleep(0)
    visit.cancel()
    await asyncio.wait([visit])
    print(gate.inside)


asyncio.run(main())
