"""Answers of urllib are read in threads as well, wherever they are read: they wait for the body."""

import asyncio
import json
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        lines = [f"[{json.dumps(self.path)},\n".encode(), f"{json.dumps(self.rfile.read(length).decode())}]\n".encode()]
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(sum(map(len, lines))))
        self.end_headers()
        for line in lines:
            self.wfile.flush()
            time.sleep(0.02)
            self.wfile.write(line)

    do_POST = do_GET

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = f"http://127.0.0.1:{server.server_port}"


async def chained(name):
    return urllib.request.urlopen(f"{BASE}/{name}", timeout=5).read().decode()


async def kept(name):
    answer = urlopen(Request(f"{BASE}/{name}", data=b"body", method="POST"))
    head = answer.read(3)
    rest = answer.read()
    answer.close()
    return answer.status, head, rest


async def loaded(name):
    return json.load(urlopen(f"{BASE}/{name}"))


def opened(name):
    return urlopen(f"{BASE}/{name}")


async def by_helper(name):
    return opened(name).readline(), json.load(opened(name))


async def by_lines(name):
    found = []
    for line in urlopen(f"{BASE}/{name}"):
        found.append(line)
    return found


async def by_opener(name):
    opener = urllib.request.build_opener()
    opener.addheaders = [("User-Agent", "shop")]
    return opener.open(f"{BASE}/{name}").read()


async def missing():
    try:
        return urlopen(f"{BASE}/missing").read()
    except HTTPError as error:
        return error.code, error.read()


class Pages:
    def answer(self, name):
        try:
            answer = urlopen(f"{BASE}/{name}")
        except HTTPError as error:
            answer = error
        return answer

    def page(self, name):
        answer = self.answer(name)
        body = answer.read()
        return answer.status, body


async def either(pages, name):
    return pages.page(name)


async def main():
    pages = Pages()
    print(await either(pages, "g"), await either(pages, "missing"))
    print(await chained("a"), await kept("b"), await loaded("c"))
    print(await by_helper("d"), await by_lines("e"), await by_opener("f"), await missing())


asyncio.run(main())
