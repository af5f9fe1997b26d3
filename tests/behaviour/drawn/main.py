"""Generators that read files, in variables: what goes through them awaits on the way."""

import asyncio
from contextlib import closing
from itertools import islice
from pathlib import Path

CLOSED = []


def lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                yield line.strip()
    finally:
        CLOSED.append(path)


def pairs(path):
    for line in lines(path):
        key, _, value = line.partition("=")
        if not value:
            raise ValueError(f"no value: {line}")
        yield key, value


async def send(item):
    await asyncio.sleep(0)
    return f"sent {item}"


async def stops(path):
    source = lines(path)
    head = next(source, None)
    for line in source:
        if line == "b=2":
            break
        print(head, await send(line))
    source.close()
    return path


async def numbered(path):
    with closing(lines(path)) as text:
        for number, line in enumerate(text, 10):
            if number == 12:
                return await send(number)
            print(number, await send(line))


async def fails(path):
    source = pairs(path)
    found = []
    try:
        for key, value in source:
            found.append(await send(key + value))
    except ValueError as error:
        return found, str(error)


def blocks(path, size):
    source = pairs(path)
    try:
        while block := list(islice(source, size)):
            yield block
    finally:
        source.close()


async def in_blocks(path):
    with closing(blocks(path, 2)) as some:
        for number, block in enumerate(some, 1):
            print(number, block, await send(number))
            if path == "c.conf":
                return "enough"
    return "all"


async def main():
    Path("a.conf").write_text("head\na=1\nb=2\nc=3\n")
    Path("b.conf").write_text("x=1\ny=2\nz\n")
    Path("c.conf").write_text("k=1\nl=2\nm=3\n")
    print(await asyncio.gather(stops("a.conf"), fails("b.conf")), sorted(CLOSED))
    print(await asyncio.gather(numbered("a.conf"), fails("b.conf")), sorted(CLOSED))
    print(await in_blocks("c.conf"), CLOSED.count("c.conf"))
    try:
        print(await in_blocks("b.conf"))
    except ValueError as error:
        print("after the first block", error)


if __name__ == "__main__":
    asyncio.run(main())
