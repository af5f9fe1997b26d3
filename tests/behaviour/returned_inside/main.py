"""What a part of a coroutine returns, before the end of the coroutine."""

import asyncio
import json
import os
import tempfile
from pathlib import Path


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return True


async def first(path):
    if os.path.exists(path):
        with open(path, "r") as f:
            return f.read()
    await asyncio.sleep(0)
    return "nothing"


async def loaded(path) -> dict:
    try:
        if path and os.path.exists(path):
            with open(path) as f:
                return json.load(f)
    except ValueError:
        return {"bad": True}
    await asyncio.sleep(0)
    return {}


async def quiet(path):
    with Quiet():
        with open(path) as f:
            return f.read()
    await asyncio.sleep(0)
    return "went on"


async def either(path):
    for part in ["missing", path]:
        if os.path.exists(part):
            with open(part) as f:
                text = f.read()
                if text:
                    return text
                else:
                    return "empty"
        await asyncio.sleep(0)


async def imports(path):
    results = []
    with open(path) as f:
        for line in f:
            if line.strip():
                results.append(line.strip())
    await asyncio.sleep(0)
    return results


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.txt")
        Path(path).write_text('{"a": 1}\nb')
        print(await first(path), await first(path + "x"))
        print(await loaded(path), await loaded(None))
        print(await quiet(path), await quiet(path + "x"))
        print(await either(path), await imports(path))


asyncio.run(main())
