"""State that one thread works on, in turn: what threads of a framework read of it, threads that it starts itself, what returns before."""

import asyncio
import subprocess
import sys
import threading
import time

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

CODE = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    print(line.strip()[::-1], flush=True)
"""


class Cache:
    def __init__(self) -> None:
        self.kept = {}
        self.hits = self.misses = 0

    def ask(self, key):
        time.sleep(0.01)
        return key.title()

    def find(self, key):
        if key in self.kept:
            self.hits += 1
            return self.kept[key]
        self.misses += 1
        found = self.kept[key] = (self.ask(key), len(self.kept) + 1)
        return found


class Engine:
    def __init__(self) -> None:
        self.process = None
        self.noise = []
        self.starts = 0

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.starts += 1
        self.drain = threading.Thread(target=self.collect, args=(self.process.stderr,), daemon=True)
        self.drain.start()
        self.banner = self.process.stdout.readline().strip()

    def collect(self, stream) -> None:
        for line in stream:
            self.noise.append(line)

    def turn(self, word):
        if self.process is None:
            self.start()
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait()
        self.process.stdout.close()
        self.drain.join()
        self.process.stderr.close()
        self.process = None
        return code


class Relay:
    def __init__(self) -> None:
        self.sent = {}
        self.suppressed = 0

    def deliver(self, text):
        time.sleep(0.01)
        return text.upper()

    async def handle(self, text):
        if text in self.sent:
            self.suppressed += 1
            return self.sent[text]
        done = self.sent[text] = self.deliver(text)
        return done


cache = Cache()
app = FastAPI()


@app.get("/find/{key}")
async def find(key: str):
    return cache.find(key)


@app.get("/stats")
def stats():
    return [cache.hits, cache.misses, sorted(cache.kept)]


async def play(engine, words):
    answers = []
    for word in words:
        answers.append(engine.turn(word))
        await asyncio.sleep(0)
    return answers


async def main() -> None:
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://cache") as client:
        answers = await asyncio.gather(*(client.get(f"/find/{key}") for key in ("a", "b", "a", "a")))
        print([answer.json() for answer in answers], (await client.get("/stats")).json())
    engine = Engine()
    print(await asyncio.gather(play(engine, ["storm", "calm"]), play(engine, ["ember", "frost"])))
    print(engine.banner, engine.starts, engine.stop(), engine.noise)
    relay = Relay()
    print(await asyncio.gather(*(relay.handle(text) for text in ("fire", "fire", "dust", "fire"))), relay.suppressed)


asyncio.run(main())
