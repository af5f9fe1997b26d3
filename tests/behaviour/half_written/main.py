"""What stays on the loop reads the file that a thread would write."""
import asyncio
import tempfile
from pathlib import Path


class Notes:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.reads = 0

    def __len__(self) -> int:
        self.reads += 1
        return len(self.path.read_text())

    async def replace(self, text: str) -> None:
        self.path.write_text(text)


async def watch(notes: Notes, lengths: set[int]) -> None:
    for _ in range(200):
        before = notes.reads
        lengths.add(len(notes))
        assert notes.reads == before + 1
        await asyncio.sleep(0)


async def main() -> None:
    notes = Notes(Path(tempfile.mkdtemp()) / "notes")
    notes.path.write_text("a" * 2_000_000)
    lengths: set[int] = set()
    watcher = asyncio.create_task(watch(notes, lengths))
    for letter in "bcdefgh":
        await notes.replace(letter * 2_000_000)
        await asyncio.sleep(0)
    await watcher
    print(sorted(lengths))


asyncio.run(main())
