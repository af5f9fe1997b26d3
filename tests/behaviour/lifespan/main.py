import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from fastapi import FastAPI, Request


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, text: str) -> int:
        return (self.folder / name).write_text(text)

    def get(self, name: str) -> str:
        return (self.folder / name).read_text()


class Lease:
    """Notes when somebody comes and goes."""

    def __init__(self, folder: Path, who: str) -> None:
        self.path = folder / who
        self.path.write_text("made\n")

    def __enter__(self) -> "Lease":
        return self

    def __exit__(self, kind, error, trace) -> bool:
        with self.path.open("a") as notes:
            notes.write("left\n" if kind is None else f"left by {kind.__name__}\n")
        return kind is KeyError


FOLDER = TemporaryDirectory()


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield {"shelf": Shelf(Path(FOLDER.name))}


app = FastAPI(lifespan=lifespan)


@app.put("/{name}")
async def put(name: str, request: Request):
    return {"length": request.state.shelf.put(name, "a" * 5)}


@app.get("/{name}")
async def get(name: str, request: Request):
    shelf = request.state.shelf
    return {"text": shelf.get(name)}


async def visit(who: str) -> str:
    with Lease(Path(FOLDER.name), who) as lease:
        await asyncio.sleep(0)
        if who == "bob":
            raise KeyError(who)
    return lease.path.name


class WithState:
    """What a server does with the state of a lifespan."""

    def __init__(self, state: dict) -> None:
        self.state = state

    async def __call__(self, scope, receive, send) -> None:
        await app({**scope, "state": dict(self.state)}, receive, send)


async def main() -> None:
    async with app.router.lifespan_context(app) as state:
        transport = httpx.ASGITransport(app=WithState(state))
        async with httpx.AsyncClient(transport=transport, base_url="http://shelf") as client:
            print((await client.put("/a")).json(), (await client.get("/a")).json())
    for who in ("ada", "bob"):
        print(await visit(who))
    texts = await asyncio.gather(*(asyncio.to_thread((Path(FOLDER.name) / who).read_text) for who in ("ada", "bob")))
    print(texts)


asyncio.run(main())
FOLDER.cleanup()
