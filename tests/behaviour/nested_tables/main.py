"""What is called stands in containers inside containers: routes of channels, a command table of pairs, subscribers in lists."""

import asyncio
import time
from functools import partial
from pathlib import Path

OWN = Path(__file__)
COMMANDS = {}


class Channel:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, text):
        return f"{self.name}: {self.send(text)}"

    def send(self, text):
        raise NotImplementedError


class Post(Channel):
    def send(self, text):
        time.sleep(0.02)
        return text.upper()


class Note(Channel):
    def send(self, text):
        return text


class Relay:
    def __init__(self, routes):
        self.routes = routes

    def tell(self, level, text):
        return [channel(text) for channel in self.routes.get(level, self.routes["low"])]


def command(name, words):
    def add(function):
        COMMANDS[name] = (words, function)
        return function

    return add


class Store:
    def first_line(self):
        with open(OWN) as source:
            return source.readline()


@command("line", 1)
def line(store, width):
    return store.first_line()[: int(width)]


@command("echo", 1)
def echo(store, text):
    return text


def execute(store, text):
    name, *words = text.split()
    count, function = COMMANDS.get(name, (0, None))
    if function is None or len(words) != count:
        return f"no {text}"
    return function(store, *words)


class Bus:
    def __init__(self) -> None:
        self.topics = {}

    def on(self, topic, handler=None, *, rank=0):
        if handler is None:
            return lambda function: self.on(topic, function, rank=rank)
        subscribed = self.topics.setdefault(topic, [])
        subscribed.append((rank, handler))
        subscribed.sort(key=lambda entry: entry[0])
        return handler

    def tell(self, topic, text):
        return [handler(text) for _, handler in list(self.topics.get(topic, []))]


bus = Bus()


def stamp(mark, text):
    time.sleep(0.02)
    return mark + text


bus.on("news", partial(stamp, "* "), rank=2)


@bus.on("news", rank=1)
def shorten(text):
    time.sleep(0.02)
    return text[:3]


async def report(relay, level, text):
    return relay.tell(level, text)


async def main() -> None:
    relay = Relay({"high": [Post("post"), Note("note")], "low": [Note("note")]})
    print(await asyncio.gather(report(relay, "high", "fire"), report(relay, "odd", "dust")))
    store = Store()
    for text in ("line 9", "echo hello", "dance", "line"):
        print(execute(store, text))
    print(bus.tell("news", "a ship came in"), bus.tell("olds", "nothing"))


asyncio.run(main())
