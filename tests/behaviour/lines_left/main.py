"""Where a file cannot be opened in a thread, what is written to it stays as well."""

import asyncio
from pathlib import Path


class Ward:
    def __init__(self):
        self.visits = 0

    async def visit(self, who):
        self.visits += 1
        with open("ward.log", "a") as log:
            log.write(f"visit {self.visits} of {who}\n")
            log.flush()
            log.write(f"{who} leaves\n")
            log.flush()
        await asyncio.sleep(0)

    def start_again(self):
        self.visits = 0


async def main():
    ward = Ward()
    asyncio.get_running_loop().call_soon(ward.start_again)
    async with asyncio.TaskGroup() as group:
        for who in "abc":
            group.create_task(ward.visit(who))


asyncio.run(main())
print(Path("ward.log").read_text())
