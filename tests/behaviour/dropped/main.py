import asyncio
import http.server
import threading
import time

import httpx
import requests
from fastapi import FastAPI

app = FastAPI()
SEEN = []


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here")

    def log_message(self, *args: object) -> None:
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}/"


def slow(name: str) -> str:
    time.sleep(0.01)
    return name.upper()


@app.get("/slow/{name}")
async def read_slow(name: str) -> dict:
    """Waits."""
    return {"name": slow(name)}


@app.get("/far")
async def read_far() -> str:
    return requests.get(URL, timeout=5).text


# It counts: two threads at a time would not.
@app.get("/counted")
async def read_counted() -> int:
    count = len(SEEN)
    time.sleep(0.01)
    SEEN.append(count)
    return len(SEEN)


# It is called by the program as well.
@app.get("/both")
async def read_both() -> str:
    time.sleep(0.01)
    return "both"


@app.get("/other")
async def read_other() -> str:
    return await read_both() + "!"


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path in ["/slow/a", "/far", "/both", "/other"]:
            response = await client.get(path)
            print(path, response.status_code, response.json())
        answers = await asyncio.gather(*[client.get("/counted") for _ in range(5)])
        print(sorted(answer.json() for answer in answers), len(SEEN))


asyncio.run(main())
server.shutdown()
