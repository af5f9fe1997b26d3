"""What a task prints while another one has put something in the place of `sys.stdout` would go there."""

import asyncio
import contextlib
import fileinput
import io
import subprocess
import tempfile


def report(number):
    subprocess.run(["true"])
    print("report", number)


def numbered(path):
    with fileinput.input([path], inplace=True) as lines:
        for number, line in enumerate(lines, 1):
            print(number, line, end="")


async def reporter():
    for number in range(3):
        report(number)
        await asyncio.sleep(0)


async def collector(path):
    texts = []
    for _ in range(3):
        with contextlib.redirect_stdout(io.StringIO()) as text:
            print("inner")
            sum(range(2_000_000))
        texts.append(text.getvalue())
        numbered(path)
        await asyncio.sleep(0)
    return texts


async def main():
    with tempfile.NamedTemporaryFile("w+") as file:
        file.write("one\n" * 20_000)
        file.flush()
        _, *texts = await asyncio.gather(reporter(), collector(file.name), collector(file.name))
        print(texts)
        with open(file.name) as numbers:
            print([line.split()[-1] for line in numbers][::5000])


asyncio.run(main())
