"""Writes a program that works on files in many ways: `python open_files.py SEED SITES > main.py`.

Each site is a coroutine function that opens a file with a few of the arguments of `open`, does a few things with it, awaits in between,
and tells what it saw and what is in the file afterwards. With an odd seed all of them run at the same time, else
one after the other, with no tasks beside them."""

import random
import sys

HEAD = '''\
import asyncio
import io
import os
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp()
CONTENTS = {
    "text": "one\\ntwo é\\r\\nthree\\rfour\\n\\nsix".encode(),
    "latin": "süß\\nund\\n".encode("latin-1"),
    "wide": "a\\nbß\\n".encode("utf-16"),
    "long": b"".join(b"line %d of many\\n" % number for number in range(3000)),
    "broken": b"good\\n" * 2500 + b"bad \\xff\\n" + b"good\\n" * 10,
    "empty": b"",
}


def made(number, kind):
    path = os.path.join(FOLDER, f"{number}-{kind}")
    if kind in CONTENTS:
        with open(path, "wb") as file:
            file.write(CONTENTS[kind])
    return path


def left(path):
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        data = file.read()
    return data if len(data) < 200 else (len(data), data[:20], data[-20:], hash(data) and sum(data))


def short(value):
    text = repr(value).replace(FOLDER, "")
    return text if len(text) < 200 else f"{text[:80]}… {len(text)} {sum(map(ord, text))}"


async def tick():
    await asyncio.sleep(0)


def failed(error):
    return type(error).__name__, str(error), type(error.__context__).__name__


def told(number, kind, seen, path):
    return [number, kind, *map(short, seen), short(left(path))]


'''

TASKS = '''\
async def attempt(number, kind, site):
    path, seen = made(number, kind), []
    try:
        await site(path, seen)
    except BaseException as error:
        seen.append(failed(error))
    return told(number, kind, seen, path)


def cancelled(site):
    """Cancels what it runs once that waits for ever."""

    async def run(path, seen):
        waiting = asyncio.Event()
        task = asyncio.create_task(site(path, seen, waiting))
        await asyncio.wait([asyncio.create_task(waiting.wait()), task], return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        await task

    return run


'''

TOGETHER = '''

async def main():
    sites = [
{calls}
    ]
    for seen in await asyncio.gather(*sites):
        print(*seen)


asyncio.run(main())
'''

ALONE = '''

async def main():
{calls}


asyncio.run(main())
'''

CALL = '''


async def attempt_{number}():
    path, seen = made({number}, "{kind}"), []
    try:
        await {call}(path, seen)
    except BaseException as error:
        seen.append(failed(error))
    print(*told({number}, "{kind}", seen, path))'''

KINDS = ["text", "text", "latin", "wide", "long", "broken", "empty", "missing"]
MODES = ["r", "r", "rt", "w", "a", "x", "r+", "w+", "a+"]
READS = [".read()", ".read(3)", ".readline()", ".readline(2)", ".readlines()", ".readlines(10)", ".read(100000)"]
PLACES = [".tell()", ".seek(0)", ".seek(0, 2)", ".flush()", ".truncate()", ".truncate(2)", ".seekable()", ".writable()"]
LOOKS = [".closed", ".name", ".mode", ".fileno() > 2"]


def mode(rng):
    """A mode, and whether it is binary."""
    is_binary = rng.random() < 0.4
    mode = rng.choice(MODES)
    return (mode.replace("t", "") + "b", True) if is_binary else (mode, False)


def arguments(rng, mode, is_binary):
    given = []
    if mode != "r" or rng.random() < 0.5:
        given.append(rng.choice(['"{}"', 'mode="{}"']).format(mode))
    if rng.random() < 0.3:
        given.append("buffering=" + rng.choice(["0", "-1", "16"] if is_binary else ["1", "-1", "16"]))
    if not is_binary or rng.random() < 0.05:
        encoding = rng.choice(['"utf-8"', '"utf-8"', '"utf-8"', '"latin-1"', '"utf-16"', '"ascii"', "None"])
        given.append("encoding=" + encoding)
        if rng.random() < 0.3:
            given.append("errors=" + rng.choice(['"strict"', '"ignore"', '"replace"', "None"]))
        if rng.random() < 0.3:
            given.append("newline=" + rng.choice(['""', '"\\n"', '"\\r"', '"\\r\\n"', "None"]))
    return ", ".join(given)


def written(rng, is_binary):
    text = rng.choice(['"é\\n"', '"plain"', '"x" * 9000', '"a\\r\\nb\\n"', '""'])
    if is_binary:
        text = f"({text}).encode()"
    if rng.random() < 0.3:
        return f".writelines([{text}, {text}])"
    return f".write({text})"


def step(rng, name, is_binary):
    kind = rng.random()
    if kind < 0.35:
        return [f"seen.append({name}{written(rng, is_binary)})"]
    if kind < 0.65:
        return [f"seen.append({name}{rng.choice(READS)})"]
    if kind < 0.85:
        return [f"seen.append({name}{rng.choice(PLACES)})"]
    if kind < 0.95:
        return [f"seen.append({name}{rng.choice(LOOKS)})"]
    return [
        f"for line in {name}:",
        "    await tick()",
        "    seen.append(line)",
    ]


def body(rng, names, is_binary):
    lines = []
    for _ in range(rng.randint(1, 5)):
        lines += step(rng, rng.choice(names), is_binary)
        if rng.random() < 0.5:
            lines.append("await tick()")
    if rng.random() < 0.1:
        lines.append('raise KeyError("in the body")')
    lines.append("await tick()")
    return lines


def opening(rng, path, mode, is_binary):
    given = arguments(rng, mode, is_binary)
    kind = rng.random()
    if kind < 0.2:
        return f"Path({path}).open({given})"
    function = "io.open" if kind < 0.3 else "open"
    return f"{function}({path}{', ' if given else ''}{given})"


def site(rng, number, is_alone):
    flags, is_binary = mode(rng)
    # Files of one name may be one file: tasks that run at the same time have a name each.
    path = "path" if is_alone else f"path_{number}"
    first = opening(rng, path, flags, is_binary)
    kind = rng.random()
    if kind < 0.15 and not is_alone:
        lines = ["waiting.set()", "await asyncio.Event().wait()", 'seen.append("never")']
        lines = body(rng, ["file"], is_binary) + lines
        code = [f"with {first} as file:", *("    " + line for line in lines)]
        head = f"async def site_{number}({path}, seen, waiting):"
        call = f"cancelled(site_{number})"
    else:
        if kind < 0.6:
            code = [f"with {first} as file:", *("    " + line for line in body(rng, ["file"], is_binary))]
        elif kind < 0.8:
            lines = body(rng, ["file"], is_binary)
            code = [f"file = {first}", "try:", *("    " + line for line in lines), "finally:", "    file.close()"]
            code.append("seen.append(file.closed)")
        else:
            second = opening(rng, f'{path} + ".other"', flags.replace("r+", "w+").replace("r", "w"), is_binary)
            lines = body(rng, ["file", "other"], is_binary)
            code = [f"with {first} as file, {second} as other:", *("    " + line for line in lines)]
        head = f"async def site_{number}({path}, seen):"
        call = f"site_{number}"
    return "\n".join([head, *("    " + line for line in code)]), call


def main(seed, sites):
    rng = random.Random(seed)
    functions, calls = [], []
    for number in range(sites):
        function, call = site(rng, number, seed % 2 == 0)
        functions.append(function)
        calls.append((number, rng.choice(KINDS), call))
    text = HEAD + (TASKS if seed % 2 else "") + "\n\n\n".join(functions)
    if seed % 2:
        lines = (f'        attempt({number}, "{kind}", {call}),' for number, kind, call in calls)
        text += TOGETHER.format(calls="\n".join(lines))
    else:
        text += "".join(CALL.format(number=number, kind=kind, call=call) for number, kind, call in calls)
        lines = (f"    await attempt_{number}()" for number, _, _ in calls)
        text += ALONE.format(calls="\n".join(lines))
    print(text)


main(int(sys.argv[1]), int(sys.argv[2]))
