"""Files that are open while coroutines await: every form that another library takes over, and those that it does not."""

import asyncio
import csv
import json
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp())


class Socket:
    """Notes what it is sent, and gives the loop back."""

    def __init__(self):
        self.sent = []

    async def send(self, text):
        await asyncio.sleep(0)
        self.sent.append(text)


async def chunks(*parts):
    for part in parts:
        await asyncio.sleep(0)
        yield part


async def download(path, *parts):
    with open(path, "wb") as f:
        async for part in chunks(*parts):
            f.write(part)
        f.flush()
        size = f.tell()
    return size, f.closed


async def upload(path, socket):
    with path.open("rb") as f:
        while part := f.read(4):
            await socket.send(part.upper())
        f.seek(0)
        await socket.send(f.readline().strip())


async def copy(source, target):
    with open(source, "rb") as old, open(target, "xb") as new:
        while part := old.read(5):
            await asyncio.sleep(0)
            new.write(part)


async def stream(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            yield line.rstrip("\n")
            await asyncio.sleep(0)


async def numbered(path, socket):
    f = open(path, encoding="utf-8")
    try:
        title = f.readline()
        for line in f:
            await socket.send(title.strip() + line)
    finally:
        f.close()
    return f.closed


async def journal(path, *entries):
    f = open(path, "a", encoding="utf-8", newline="\r\n")
    try:
        for entry in entries:
            await asyncio.sleep(0)
            if entry is None:
                raise ValueError("no entry")
            f.write(entry + "\n")
    finally:
        f.close()


async def settings(path, socket):
    with open(path) as f:
        loaded = json.load(f)
        await socket.send(loaded["name"])
        return loaded


async def table(path, socket):
    with open(path, "w", newline="") as f:
        writer = csv.writer(f)
        await socket.send("header")
        writer.writerow(["a", "b"])
        await socket.send("rows")
        writer.writerows([[1, 2], [3, 4]])


async def export(path, *pages):
    with open(path, "w") as f:
        async for page in chunks(*pages):
            for row in page:
                f.write(f"{row}\n")


async def waits(path, started):
    with open(path, "w") as f:
        f.write("before\n")
        started.set()
        await asyncio.sleep(60)
        f.write("after\n")


async def cancelled(path):
    started = asyncio.Event()
    task = asyncio.create_task(waits(path, started))
    await started.wait()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"


async def failing(path, socket):
    try:
        with open(path / "missing" / "file") as f:
            await socket.send(f.read())
    except FileNotFoundError as error:
        return type(error).__name__
    finally:
        await socket.send("tried")


def shown(name):
    return (FOLDER / name).read_bytes()


async def main():
    socket = Socket()
    print(await download(FOLDER / "part", b"one\n", b"two\n", b"three"))
    await upload(FOLDER / "part", socket)
    await copy(FOLDER / "part", FOLDER / "copied")
    try:
        await copy(FOLDER / "part", FOLDER / "copied")
    except FileExistsError:
        print("is there")
    print([line async for line in stream(FOLDER / "copied")])
    async for line in stream(FOLDER / "copied"):
        print(line)
        break
    print(await numbered(FOLDER / "copied", socket))
    await journal(FOLDER / "journal", "a", "b")
    try:
        await journal(FOLDER / "journal", "c", None, "d")
    except ValueError as error:
        print(error)
    await asyncio.to_thread((FOLDER / "settings").write_text, '{"name": "app", "on": true}')
    print(await settings(FOLDER / "settings", socket))
    await table(FOLDER / "table", socket)
    await export(FOLDER / "rows", range(3), range(2))
    print(await cancelled(FOLDER / "stopped"))
    print(await failing(FOLDER, socket))
    many = [asyncio.create_task(journal(FOLDER / "many", f"{number}" * 3000, f"{number}")) for number in range(8)]
    await asyncio.gather(*many)
    print(socket.sent)


asyncio.run(main())
for name in ["part", "copied", "journal", "table", "rows", "stopped", "many"]:
    print(name, shown(name))
