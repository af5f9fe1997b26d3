"""Calls that stand together, or in each other, go to a thread together."""

import asyncio
import json
import os
import tempfile
from pathlib import Path


def media_dir(base):
    if os.path.exists(base + "/media"):
        return base + "/media"
    return base


async def nested(base):
    media = os.path.realpath(media_dir(base))
    await asyncio.sleep(0)
    return media.endswith(os.path.basename(base))


async def opened(path):
    if not os.path.exists(path):
        raise FileNotFoundError("no " + os.path.basename(path))
    with open(path) as f:
        text = f.read()
    await asyncio.sleep(0)
    return text


async def returned(path) -> dict:
    if path:
        if not os.path.exists(path):
            return {"none": True}
        with open(path) as f:
            return json.load(f)
    await asyncio.sleep(0)
    return {}


async def written(folder, data):
    path = Path(folder) / "out.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as f:
        json.dump(data, f)
    await asyncio.sleep(0)
    return path.name


async def kept(path):
    with open(path) as f:
        lines = f.read().split()
        count = lambda: len(lines)
        lines = (lines
                 + [str(count())])
    await asyncio.sleep(0)
    return lines, count()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.txt")
        Path(path).write_text('{"a": 1}')
        print(await nested(folder))
        print(await opened(path))
        try:
            await opened(path + "x")
        except FileNotFoundError as e:
            print(e)
        print(await returned(path), await returned(path + "x"), await returned(None))
        print(await kept(path))
        print(await written(folder, {"b": 2}), sorted(os.listdir(folder)))


asyncio.run(main())
