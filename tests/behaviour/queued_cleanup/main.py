"""What a task has come to while it cleans up is done, also when it is cancelled again while that waits for its turn."""

import asyncio
import os
import uuid
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


async def transcribe(data: bytes) -> int:
    path = Path(f"{uuid.uuid4()}.webm")
    try:
        write(path, data)
        await asyncio.sleep(0.05)
        return len(data)
    finally:
        os.remove(path)


async def main() -> None:
    tasks = [asyncio.create_task(transcribe(b"x" * 200_000_000)) for _ in range(2)]
    tasks += [asyncio.create_task(transcribe(b"small")) for _ in range(4)]
    for _ in range(400):
        await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print("files left:", len(list(Path(".").glob("*.webm"))))


asyncio.run(main())
