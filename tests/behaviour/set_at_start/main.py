"""What only a server sets while it starts is the same for all requests; what a task could see before, or what requests fill, is not."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

ROWS = Path("rows.json")


class Store:
    def __init__(self, name):
        self.name = name

    def find(self, key):
        return f"{self.name}:{key}"


async def poll(app):
    if app.state.late is None:
        text = ROWS.read_text()
        print("polled", app.state.late, len(text))


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.store = None
    app.state.mode = json.loads('{"mode": "live"}')["mode"]
    if app.state.mode == "live":
        app.state.store = Store("main")
    app.state.names = {}
    app.state.late = None
    task = asyncio.create_task(poll(app))
    await asyncio.sleep(0)
    app.state.late = Store("late")
    yield
    await task


app = FastAPI(lifespan=lifespan)


@app.get("/rows/{name}")
async def row(request: Request, name: str):
    if not request.app.state.store or request.app.state.mode != "live":
        raise HTTPException(503)
    rows = json.loads(ROWS.read_text())
    return {"row": rows[name], "found": request.app.state.store.find(name), "mode": request.app.state.mode}


@app.get("/names/{name}")
async def named(request: Request, name: str):
    known = request.app.state.names
    if not request.app.state.names:
        rows = json.loads(ROWS.read_text())
        return {"row": rows[name], "known": list(request.app.state.names), "set": known.setdefault(name, 1)}
    return list(known)


if __name__ == "__main__":
    ROWS.write_text(json.dumps({"a": 1, "b": 2}))
    with TestClient(app) as client:
        print(client.get("/rows/a").json(), client.get("/rows/b").json())
        print(client.get("/names/a").json(), client.get("/names/b").json())
