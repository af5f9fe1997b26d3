import asyncio
from collections.abc import Iterator
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Request

from mail import Outbox

app = FastAPI()
app.state.outbox = Outbox("state")


def get_outbox() -> Iterator[Outbox]:
    outbox = Outbox("fresh")
    try:
        yield outbox
    finally:
        outbox.finish()


class Service:
    def __init__(self, outbox: Annotated[Outbox, Depends(get_outbox)]) -> None:
        self.outbox = outbox

    def post(self, text: str) -> int:
        return self.outbox.post(text)


@app.get("/post/{text}")
async def post(text: str, outbox: Outbox = Depends(get_outbox)) -> int:
    await asyncio.sleep(0)
    return outbox.post(text)


@app.get("/serve/{text}")
async def serve(text: str, service: Annotated[Service, Depends()]) -> int:
    return service.post(text)


@app.get("/state/{text}")
async def state(text: str, request: Request) -> int:
    return request.app.state.outbox.peek(text)


async def main() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://mail") as client:
        for path in ("post/a", "serve/bc", "state/d"):
            print(path, (await client.get(path)).json())


asyncio.run(main())
