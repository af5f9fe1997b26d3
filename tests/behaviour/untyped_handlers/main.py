"""Handlers without annotations: what a framework hands them, and what the application's state keeps."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient


class Shelf:
    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        return (self.folder / name).read_text()


@asynccontextmanager
async def lifespan(app):
    app.state.shelf = Shelf(Path("shelf"))
    app.state.first = app.state.shelf.read("a")
    yield


async def book(request):
    await asyncio.sleep(0)
    text = request.app.state.shelf.read(request.path_params["name"])
    return JSONResponse({"text": text, "first": request.app.state.first})


app = Starlette(routes=[Route("/{name}", book)], lifespan=lifespan)

if __name__ == "__main__":
    Path("shelf").mkdir(exist_ok=True)
    for name in "ab":
        (Path("shelf") / name).write_text(name * 3)
    with TestClient(app) as client:
        print(client.get("/a").json(), client.get("/b").json())
