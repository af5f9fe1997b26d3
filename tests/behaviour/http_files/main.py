"""Files in forms: what says its name, its type and its content is sent by httpx as it was; all else by requests, in a thread."""

import asyncio
import io
import mimetypes
import tempfile
from pathlib import Path

import requests

import service

BASE = service.start()
PHOTO = b"\x89PNG\r\n\x00\xff"
mimetypes.init()


async def photo(content: bytes):
    return requests.post(f"{BASE}/photo", files={"photo": ("a b.png", content, "image/png")}).status_code


async def named(content: bytes, number: int, more: dict[str, str | None]):
    files = {"é": (f"{number}.é", content, "text/plain"), "kind": (None, "note")}
    response = requests.post(f"{BASE}/named", files=files, data=more, timeout=5)
    return response.status_code


async def guessed(path: Path):
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with open(path, "rb") as file:
        response = requests.put(f"{BASE}/guessed", files=[("file", ("x", file.read(), kind)), ("file", ("y", "text", kind))])
    return response.status_code


async def in_memory(content: bytes):
    with requests.Session() as session:
        first = session.post(f"{BASE}/moved", files={"file": ("x", io.BytesIO(content), "a/b")}, data={"a": 1, "b": ["c", "d"]})
        second = session.delete(f"{BASE}/deleted", files={"file": ("x", content, "a/b")})
    return first.status_code, second.status_code


async def nothing(more: str):
    return requests.post(f"{BASE}/nothing", files=None, data={"more": more}).status_code


# From here on, httpx would send something else.


async def plain(content: bytes):
    return requests.post(f"{BASE}/plain", files={"file": content, "text": "text"}).status_code


async def untyped(content: bytes):
    return requests.post(f"{BASE}/untyped", files={"file": ("photo.png", content)}).status_code


async def perhaps_named(content: bytes, name: str, kind: str):
    files = {"file": (name, content, "image/png"), "other": ("x.png", content, kind)}
    return requests.post(f"{BASE}/perhaps_named", files=files).status_code


async def handle(path: Path):
    with open(path, "rb") as file:
        start = file.read(2)
        response = requests.post(f"{BASE}/handle", files={"file": ("x.png", file, "image/png")})
    return start, response.status_code


async def buffer(content: bytes):
    buffer = io.BytesIO()
    buffer.write(content)
    return requests.post(f"{BASE}/buffer", files={"file": ("x.png", buffer, "image/png")}).status_code


async def text(path: Path):
    with open(path, encoding="latin-1") as file:
        return requests.post(f"{BASE}/text", files={"file": ("x.txt", file, "text/plain")}).status_code


async def beside_text(content: bytes, data: str):
    try:
        return requests.post(f"{BASE}/beside", files={"file": ("x.png", content, "image/png")}, data=data).status_code
    except ValueError as error:
        return type(error).__name__


async def grown(content: bytes):
    files = {"file": ("x.png", content, "image/png")}
    files["more"] = ("y.png", content)
    return requests.post(f"{BASE}/grown", files=files).status_code


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "photo.png")
        path.write_bytes(PHOTO)
        print(await photo(PHOTO), await named(PHOTO, 3, {"a": None, "b": "c"}), await guessed(path))
        print(await in_memory(PHOTO), await nothing("a"))
        print(await plain(PHOTO), await untyped(PHOTO), await perhaps_named(PHOTO, "", ""))
        print(await handle(path), await buffer(PHOTO), await text(path))
        print(await beside_text(PHOTO, ""), await beside_text(PHOTO, "data"), await grown(PHOTO))
    for seen in service.SEEN:
        print(*seen)


asyncio.run(main())
