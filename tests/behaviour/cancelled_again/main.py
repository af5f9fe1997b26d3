"""What a stream cleans up when its client has gone: the scope around it cancels each await again. A dependency and a lifespan are
outside of that scope."""

import asyncio
import os
import tempfile
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.responses import StreamingResponse


@asynccontextmanager
async def lifespan(app):
    with open("running", "w") as file:
        file.write("1")
    try:
        yield
    finally:
        os.remove("running")


app = FastAPI(lifespan=lifespan)


async def scratch():
    path = tempfile.mkdtemp()
    try:
        yield path
    finally:
        os.rmdir(path)


async def let_go(path):
    try:
        await asyncio.sleep(0)
    finally:
        os.remove(path)


async def parts(path):
    try:
        for _ in range(1000):
            yield b"part\n"
            await asyncio.sleep(0.01)
    finally:
        try:
            await let_go(path)
        finally:
            os.remove(path + ".lock")


@app.get("/parts")
async def stream(folder: str = Depends(scratch)):
    return StreamingResponse(parts("parts.tmp"))


async def visit():
    sent = []

    async def receive():
        if not sent:
            sent.append({"type": "http.request"})
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(0.05)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": "/parts",
        "raw_path": b"/parts",
        "query_string": b"",
        "headers": [],
        "server": ("localhost", 80),
        "client": ("localhost", 1),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    await app(scope, receive, send)


async def main():
    async with lifespan(app):
        await visit()
    left = [name for name in ("running", "parts.tmp", "parts.tmp.lock") if os.path.exists(name)]
    print(left)


for name in ("parts.tmp", "parts.tmp.lock"):
    open(name, "w").close()
asyncio.run(main())
