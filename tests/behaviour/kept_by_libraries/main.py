import asyncio
import logging
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
from requests.auth import AuthBase


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{self.path} {self.headers.get('Cookie')} {self.headers.get('X-Count')}".encode()
        self.send_response(200)
        if self.path.startswith("/login"):
            self.send_header("Set-Cookie", f"user={self.path[-1]}; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}"


class Counted(requests.Session):
    """What it counts is asked for by who calls it."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def request(self, method, url, **options):
        self.count += 1
        return super().request(method, URL + url, **options)


COUNTED = Counted()
SESSION = requests.Session()


async def counted(number):
    answer = COUNTED.get(f"/{number}")
    return answer.text, COUNTED.count


async def logged_in(number):
    SESSION.get(f"{URL}/login{number}").raise_for_status()
    return SESSION.get(f"{URL}/me").text


SEEN = []


def note(response, *args, **options):
    SEEN.append(response.url)


def hooked(number):
    before = len(SEEN)
    text = requests.get(f"{URL}/{number}", hooks={"response": note}).text
    return text, len(SEEN) - before


async def hook(number):
    return hooked(number)


class Sign(AuthBase):
    signed = 0

    def __call__(self, request):
        Sign.signed += 1
        request.headers["X-Count"] = str(Sign.signed)
        return request


async def signed(number):
    return requests.get(URL, auth=Sign()).text.endswith(f" {Sign.signed}")


LINES = {"count": 0}


class Numbered(logging.LoggerAdapter):
    def process(self, message, options):
        LINES["count"] += 1
        return f"#{LINES['count']} {message}", options


logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
logging.getLogger("urllib3").setLevel(logging.WARNING)
LOG = Numbered(logging.getLogger("work"), {})


def work():
    before = LINES["count"]
    LOG.info("work")
    time.sleep(0.01)
    return LINES["count"] - before


async def working(number):
    return work()


async def main():
    for task in (counted, logged_in, hook, signed, working):
        print(await asyncio.gather(*(task(number) for number in range(3))))
    server.shutdown()


asyncio.run(main())
