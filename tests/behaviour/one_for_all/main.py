"""One object, list, queue or flag for all tasks, though it looks like one of each."""

import asyncio
import queue
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests


class Config:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
            cls._one.values = []
        return cls._one

    def add(self, value):
        number = len(self.values)
        time.sleep(0.02)
        self.values.append((number, value))


def single(cls):
    made = {}

    def get():
        if cls not in made:
            made[cls] = cls()
        return made[cls]

    return get


@single
class Pool:
    def __init__(self) -> None:
        self.used = 0

    def lease(self):
        number = self.used
        time.sleep(0.02)
        self.used = number + 1
        return number


class Node:
    children = []

    def grow(self, name):
        number = len(self.children)
        time.sleep(0.02)
        self.children.append(f"{number}{name}")


WORK = queue.Queue()
for item in range(5):
    WORK.put(item)


def take():
    if WORK.empty():
        return None
    time.sleep(0.01)
    return WORK.get()


class Busy(Exception):
    pass


class Door:
    busy = False


@contextmanager
def alone():
    if Door.busy:
        raise Busy
    Door.busy = True
    try:
        yield
    finally:
        Door.busy = False


ITEMS = []


def has(item):
    found = item in ITEMS
    time.sleep(0.01)
    return found


def square(number):
    time.sleep(0.01)
    return number * number


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"{self.path} {self.headers.get('X-Number')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Numbered(requests.Session):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.number = 0

    def request(self, method, url, **options):
        self.number += 1
        self.headers["X-Number"] = str(self.number)
        return super().request(method, self.base + url, **options)


async def add(value):
    Config().add(value)


async def lease():
    return Pool().lease()


async def grow(name):
    Node().grow(name)


async def work():
    done = []
    while (item := take()) is not None:
        done.append(item)
    return done


async def enter(number):
    try:
        with alone():
            return square(number)
    except Busy:
        return None


async def put(item):
    if not has(item):
        ITEMS.append(item)
        return "added"
    return "there"


async def ask(session, number):
    answer = session.get(f"/{number}")
    return answer.text, session.number


async def main(session) -> None:
    await asyncio.gather(*(add(value) for value in "abc"))
    print(Config().values, await asyncio.gather(lease(), lease(), lease()))
    await asyncio.gather(*(grow(name) for name in "xyz"))
    print(Node.children)
    print(sorted(sum(await asyncio.gather(work(), work()), [])))
    print(await asyncio.gather(*(enter(number) for number in range(4))))
    print(await asyncio.gather(*(put(item) for item in "aab")), ITEMS)
    print(await asyncio.gather(*(ask(session, number) for number in range(3))))


server = HTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(main(Numbered(f"http://127.0.0.1:{server.server_port}")))
server.shutdown()
