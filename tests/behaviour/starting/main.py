"""What a server sets up before it takes requests, it sets up alone: a store is filled and read, then an endpoint has it."""

import json
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient


class Store:
    def __init__(self, path):
        self.path = path
        self.rows = {}
        self.reads = 0

    def load(self):
        self.reads += 1
        self.rows = json.loads(self.path.read_text())
        return len(self.rows)


def open_store(path):
    return Store(Path(path))


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.store = open_store("rows.json")
    app.state.count = app.state.store.load()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/rows/{name}")
async def row(request: Request, name: str):
    store = request.app.state.store
    return {"row": store.rows[name], "count": request.app.state.count, "reads": store.reads}


if __name__ == "__main__":
    Path("rows.json").write_text(json.dumps({"a": 1, "b": 2}))
    with TestClient(app) as client:
        print(client.get("/rows/a").json(), client.get("/rows/b").json())
    print(Path("rows.json").exists())
