"""What a function of the program asks of other exceptions than those of a call keeps nothing from that call."""

import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import requests


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args):
        pass


def is_transient(error):
    if isinstance(error, (httpx.TimeoutException, httpx.ConnectError)):
        return True
    return isinstance(error, ValueError)


async def probe(port):
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{port}/")).status_code
    except Exception as error:
        return is_transient(error)


async def fetch(url):
    response = requests.get(url)
    response.raise_for_status()
    return response.text


async def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    print(await asyncio.gather(probe(port), fetch(f"http://127.0.0.1:{port}/"), fetch(f"http://127.0.0.1:{port}/a")))
    server.shutdown()
    server.server_close()
    print(await probe(port))


asyncio.run(main())
