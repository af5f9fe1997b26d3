"""What a task writes to a file between two awaits stays together there."""

import asyncio
from pathlib import Path

LOG = Path("lines.log")


def append(text):
    with open(LOG, "a") as log:
        log.write(text)


async def visit(who):
    append(f"visit of {who}\n")
    append(f"{who} leaves\n")


async def steps(who):
    for step in range(3):
        append(f"{who} {step}\n")
    await asyncio.sleep(0)
    if who == "b":
        append("the second\n")
    else:
        append("another one\n")


async def copies(who):
    for number in range(2):
        path = Path(f"{who}-{number}.txt")
        path.write_text(who)


async def main():
    # Nobody else is there yet.
    LOG.write_text("")
    async with asyncio.TaskGroup() as group:
        for who in "abc":
            group.create_task(visit(who))
            group.create_task(steps(who))
            group.create_task(copies(who))
    print(LOG.read_text())
    print(sorted(path.name for path in Path(".").glob("?-?.txt")))


asyncio.run(main())
