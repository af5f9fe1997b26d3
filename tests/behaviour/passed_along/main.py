"""What threads work on is new each time: what comes over a network, what methods and decorators pass on, what lists of an own list hold."""

import asyncio
import functools
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread

import requests


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (self.path + "\n").encode() * 400
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Mirror:
    def __init__(self, base: str, folder: Path) -> None:
        self.base = base
        self.folder = folder
        self.http = requests.Session()

    def save(self, response, part: Path) -> int:
        with open(part, "wb") as out:
            return sum(out.write(chunk) for chunk in response.iter_content(700))

    def fetch(self, name: str) -> int:
        with self.http.get(f"{self.base}/{name}", stream=True) as response:
            return self.save(response, self.folder / name)


@dataclass
class Job:
    name: str
    process: subprocess.Popen | None = None

    def launch(self) -> "Job":
        code = f"import time; time.sleep(0.05); print({self.name!r})"
        self.process = subprocess.Popen([sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, text=True)
        return self


def reap(running, results):
    left = []
    for job in running:
        if job.process.poll() is None:
            left.append(job)
        else:
            with job.process.stdout as out:
                results[job.name] = (job.process.wait(), out.read().strip())
    return left


def run_all(names):
    waiting = [Job(name) for name in names]
    running, results = [], {}
    while waiting or running:
        while waiting and len(running) < 2:
            running.append(waiting.pop(0).launch())
        running = reap(running, results)
    return results


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        try:
            return function(*args)
        except FileNotFoundError:
            return None

    return wrapper


@dataclass
class Page:
    title: str
    words: int = 0


class Pages:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @logged
    def load(self, title):
        return Page(title, len((self.folder / title).read_text().split()))

    def describe(self, page):
        (self.folder / f"{page.title}.txt").write_text(f"{page.title} {page.words}")
        return (self.folder / f"{page.title}.txt").read_text()

    @contextmanager
    def editing(self, title):
        page = self.load(title)
        yield page
        page.words += 1
        (self.folder / f"{title}.page").write_text(str(asdict(page)))


class Report:
    def write(self, rows, out):
        raise NotImplementedError

    def export(self, path, rows):
        with open(path, "w") as out:
            self.write(rows, out)
            return out.tell()


class Lines(Report):
    def write(self, rows, out):
        for row in rows:
            out.write(row)
            out.write("\n")


async def fetch(mirror, name):
    return mirror.fetch(name)


async def jobs(names):
    return run_all(names)


async def page(pages, title):
    found = pages.load(title)
    if found is None:
        return f"no {title}"
    found.words += 1
    return pages.describe(found)


async def edit(pages, title):
    with pages.editing(title) as found:
        found.words *= 2
    return found.words


async def export(folder, name):
    return Lines().export(folder / name, [name] * 3)


async def main(base: str) -> None:
    folder = Path(mkdtemp())
    mirror = Mirror(base, folder)
    print(await asyncio.gather(*(fetch(mirror, name) for name in ("one", "two", "three"))))
    print(sorted((await jobs(["a", "b", "c"])).items()))
    pages = Pages(folder)
    print(await asyncio.gather(page(pages, "one"), page(pages, "two"), page(pages, "four")))
    print(await asyncio.gather(edit(pages, "one"), edit(pages, "two")))
    print(await asyncio.gather(export(folder, "x.lines"), export(folder, "y.lines")))


server = HTTPServer(("127.0.0.1", 0), Answer)
Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(main(f"http://127.0.0.1:{server.server_port}"))
server.shutdown()
