"""A folder is listed, and what is found there is taken away, or something new is put beside it: in one go, as no other task could before."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

done = []


def first(inbox: Path) -> Path | None:
    jobs = sorted(inbox.glob("*.job"))
    return jobs[0] if jobs else None


def finish(job: Path) -> None:
    done.append(job.read_text())
    job.unlink()


async def worker(inbox: Path) -> int:
    count = 0
    while True:
        job = first(inbox)
        if job is None:
            return count
        finish(job)
        count += 1


async def sweep(folder: Path) -> int:
    count = 0
    for path in folder.glob("*.tmp"):
        path.unlink()
        count += 1
    return count


def newest(folder):
    return max((name for name in os.listdir(folder) if name.endswith(".bak")), default=None)


async def drop(folder):
    name = newest(folder)
    if name is not None:
        os.remove(os.path.join(folder, name))
    return name


def next_name(folder):
    return f"{folder}/{len(os.listdir(folder)):03d}.txt"


def dump(path, text):
    Path(path).write_text(text)


async def add(folder, text):
    path = next_name(folder)
    dump(path, text)
    return os.path.basename(path)


async def main():
    root = tempfile.mkdtemp()
    inbox, out = Path(root) / "in", os.path.join(root, "out")
    inbox.mkdir()
    os.mkdir(out)
    for number in range(6):
        (inbox / f"{number}.job").write_text(f"job {number}")
        (inbox / f"{number}.tmp").write_text("")
        (inbox / f"{number}.bak").write_text("")
    print(sum(await asyncio.gather(*(worker(inbox) for _ in range(3)))), sorted(done))
    print(sum(await asyncio.gather(*(sweep(inbox) for _ in range(3)))))
    print(sorted(await asyncio.gather(*(drop(str(inbox)) for _ in range(4)))))
    print(sorted(await asyncio.gather(*(add(out, f"text {number}") for number in range(4)))))
    print(sorted(os.listdir(out)))
    shutil.rmtree(root)


asyncio.run(main())
