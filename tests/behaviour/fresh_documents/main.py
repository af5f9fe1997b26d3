"""What a helper has just made is nobody else's, whatever it is asked on the way; what it has kept is."""

import asyncio
import subprocess

KEPT = {}


def made(text):
    document = {"content": []}
    document["number"] = len(str(id(document))) > 0 and isinstance(document, dict)
    document["content"].append({"text": text})
    return document


def kept(text):
    document = KEPT.setdefault("one", {"content": []})
    document["content"].append({"text": text})
    return document


def with_mark(document):
    subprocess.run(["sleep", "0.01"], check=True)
    document["content"].append({"text": "mark"})
    return document


def update(fields):
    fields["document"] = made(fields["text"])
    fields["document"] = with_mark(fields["document"])
    subprocess.run(["sleep", "0.01"], check=True)
    return [part["text"] for part in fields["document"]["content"]]


def add(text):
    document = kept(text)
    before = len(document["content"])
    subprocess.run(["sleep", "0.01"], check=True)
    document["content"].append({"text": f"after {before}"})
    return [part["text"] for part in document["content"]]


async def one(text):
    return update({"text": text})


async def another(text):
    return add(text)


async def main():
    print(await asyncio.gather(*(one(text) for text in "abc")))
    print(await asyncio.gather(*(another(text) for text in "abc")))


asyncio.run(main())
