"""Writes a program that runs programs in many ways: `python processes.py SEED SITES > main.py`.

Each site is a function that calls one of subprocess's functions with a few of its arguments, and tells what it gave or raised. With an
odd seed all of them run at the same time, else one after the other, with no tasks beside them."""

import random
import sys

HEAD = '''\
import asyncio
import os
import subprocess
import sys
import tempfile
from subprocess import DEVNULL, PIPE, CalledProcessError

FOLDER = os.path.realpath(tempfile.mkdtemp())
os.chdir(FOLDER)
SINK = open(os.path.join(FOLDER, "sink"), "w+b")
with open(os.path.join(FOLDER, "source"), "wb") as source:
    source.write(b"from the file\\n")
SOURCE = open(os.path.join(FOLDER, "source"), "rb")
with open(os.path.join(FOLDER, "closed.sh"), "w") as source:
    source.write("echo never")
WORDS = {"echo": ["echo", "of a table"], "sh": ("sh", "-c", "echo $0; exit 5"), "true": "true"}
BIG = "0123456789abcdef" * 20000


def short(value):
    text = repr(value).replace(FOLDER, "")
    return text if len(text) < 300 else f"{text[:80]}… {len(text)} {sum(map(ord, text))}"


def failed(error):
    fields = {name: value for name, value in vars(error).items() if name != "timeout"}
    if isinstance(error, subprocess.TimeoutExpired):
        text = str(error).split(" timed out")[0], round(error.timeout, 1)
    else:
        text = str(error), getattr(error, "errno", None), getattr(error, "filename", None)
    return type(error).__name__, text, fields, type(error.__context__).__name__, type(error.__cause__).__name__


def told(number, seen):
    return [number, *map(short, seen)]


'''

ATTEMPT = '''


async def attempt_{number}():
    seen = []
    try:
        await site_{number}(seen)
    except BaseException as error:
        seen.append(failed(error))
    return told({number}, seen)'''

END = '''


async def main():
{calls}


asyncio.run(main())
SINK.seek(0)
print(*map(short, sorted(SINK.read().splitlines())))
'''

LISTS = [
    '["echo", "a b", "ü"]',
    '("echo", "in a tuple")',
    '["cat"]',
    '["cat"]',
    '["false"]',
    '["sh", "-c", "exit 3"]',
    '["sh", "-c", "echo out; echo err >&2; exit 4"]',
    '["sh", "-c", "kill -9 $$"]',
    '["sh", "-c", "kill -TERM $$"]',
    '["sh", "-c", "exit 0; no"]',
    '["no-such-program", "x"]',
    '[os.path.join(FOLDER, "closed.sh")]',
    '["printf", r"one\\r\\ntwo\\rthree\\n\\n"]',
    '["printf", r"bad \\377 byte\\n"]',
    '["head", "-c", "5"]',
    '["head", "-c", "300000", "/dev/zero"]',
    '["sh", "-c", "head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2"]',
    "[sys.executable, '-c', 'import os; print(os.environ.get(\"GREETING\"), len(os.getcwd()))']",
    '["sh", "-c", "cat /dev/stdin; echo $GREETING; pwd | wc -c"]',
    "[*WORDS['echo'], 'and more']",
    "WORDS['echo']",
    "WORDS['sh']",
    "WORDS['true']",
    '"true"',
    '"no such program"',
    '["a\\0b"]',
]
SHELLS = [
    '"echo $0 one | tr a-z A-Z"',
    '"exit 7"',
    '"kill -9 $$"',
    '"no-such-program 2>/dev/null"',
    'f"cd {FOLDER} && ls"',
    '"cat; echo err >&2"',
    'b"echo bytes"',
]
SLOW = [
    ('["sh", "-c", "echo so far; echo wrong >&2; exec sleep 9"]', False),
    ('["sleep", "9"]', False),
    ('"echo so far; sleep 9 & sleep 9"', True),
    ('"trap : TERM; sleep 9; exit 2"', True),
]


def keep(rng, chance):
    return rng.random() < chance


def streams(rng, function, is_quiet):
    """The arguments about what a program writes, and whether all that it writes is caught."""
    given = []
    if function == "check_output":
        kinds = ["subprocess.STDOUT", "DEVNULL", "PIPE", *([] if is_quiet else ["SINK"])]
        return ["stderr=" + rng.choice(kinds)] if is_quiet or keep(rng, 0.5) else []
    if function == "run" and keep(rng, 0.5):
        if keep(rng, 0.05):
            given.append("stdout=PIPE")
        return ["capture_output=True", *given]
    kinds = ["DEVNULL"] if is_quiet else ["DEVNULL", "SINK", "SINK.fileno()"]
    kinds += ["PIPE", "subprocess.PIPE", "PIPE"] if function == "run" else []
    if is_quiet or keep(rng, 0.7):
        given.append("stdout=" + rng.choice(kinds))
    if is_quiet or keep(rng, 0.7):
        given.append("stderr=" + rng.choice([*kinds, "subprocess.STDOUT"]))
    return given


def texts(rng):
    """The arguments about text, and whether it is text."""
    kind = rng.random()
    if kind < 0.35:
        return [], False
    if kind < 0.6:
        return [rng.choice(["text=True", "universal_newlines=True"])], True
    given = ["encoding=" + rng.choice(['"utf-8"', '"utf-8"', '"latin-1"', '"ascii"', '"utf-16"'])]
    if keep(rng, 0.4):
        given.append("errors=" + rng.choice(['"replace"', '"ignore"', '"strict"']))
    if keep(rng, 0.2):
        given.append("text=True")
    return given, True


def call(rng, is_quiet):
    function = rng.choice(["run", "run", "run", "check_output", "check_output", "call", "check_call"])
    is_shell = keep(rng, 0.25)
    args = rng.choice(SHELLS if is_shell else LISTS)
    given = streams(rng, function, is_quiet)
    more, is_text = texts(rng)
    given += more
    limit = None
    if keep(rng, 0.15):
        (args, is_shell), limit = rng.choice(SLOW), "0.3"
    elif keep(rng, 0.2):
        limit = rng.choice(["9", "None", "10.5"])
    if limit:
        given.append(f"timeout={limit}")
    if is_shell:
        given.append("shell=True")
    elif keep(rng, 0.05):
        given.append("shell=False")
    if function == "run" and keep(rng, 0.4):
        given.append(rng.choice(["check=True", "check=True", "check=False"]))
    if function in ("run", "check_output") and keep(rng, 0.4):
        data = rng.choice(['"in\\r\\nput\\n"', "BIG", '""', '"ü"'])
        given.append(f"input={data}" if is_text else f"input={data}.encode()")
        if keep(rng, 0.05):
            given.append("stdin=DEVNULL")
    else:
        given.append("stdin=" + rng.choice(["DEVNULL", "DEVNULL", "SOURCE", "subprocess.DEVNULL"]))
    if keep(rng, 0.15):
        given.append("cwd=" + rng.choice(["FOLDER", '"/"', '"/no/such/folder"']))
    if keep(rng, 0.15):
        given.append('env={**os.environ, "GREETING": "hello"}')
    for option in ["start_new_session=True", "close_fds=True", "restore_signals=False", "umask=0o077", "bufsize=-1"]:
        if keep(rng, 0.05):
            given.append(option)
    if keep(rng, 0.03):
        given.append('executable="/bin/sh"')
    if keep(rng, 0.03):
        given.append("preexec_fn=os.getpid")
    rng.shuffle(given)
    first = "args=" + args if keep(rng, 0.05) else args
    return function, f"subprocess.{function}({', '.join([first, *given])})"


def uses(rng, function, call):
    """Statements that do something with what the call gives."""
    if function == "run":
        return rng.choice(
            [
                [f"seen.append({call})"],
                [f"done = {call}", "seen.append((done.args, done.returncode, done.stdout, done.stderr))"],
                [f"done = {call}", "done.check_returncode()", "seen.append(done)"],
                [f"if {call}.returncode != 0:", "    seen.append('failed')"],
                [f"{call}"],
            ]
        )
    if function == "check_output":
        return [rng.choice([f"seen.append({call})", f"seen.append({call}.strip()[1:3])", f"seen.append(len({call}))"])]
    kinds = [[f"seen.append({call})"], [call, "seen.append('done')"], [f"if {call} != 0:", "    seen.append('failed')"]]
    return rng.choice(kinds)


def site(rng, number, is_quiet):
    function, text = call(rng, is_quiet)
    lines = uses(rng, function, text)
    if keep(rng, 0.2):
        lines = [
            "try:",
            *("    " + line for line in lines),
            "except (CalledProcessError, subprocess.TimeoutExpired) as error:",
            "    seen.append(error.output)",
            "    raise",
        ]
    body = ["    " + line for line in lines]
    head = f"async def site_{number}(seen):"
    if keep(rng, 0.3):
        return [f"def helper_{number}(seen):", *body, "", "", head, f"    helper_{number}(seen)"]
    return [head, *body]


def main(seed, sites):
    rng = random.Random(seed)
    is_quiet = seed % 2 == 1
    numbers = range(sites)
    functions = ["\n".join(site(rng, number, is_quiet)) for number in numbers]
    text = HEAD + "\n\n\n".join(functions) + "".join(ATTEMPT.format(number=number) for number in numbers)
    if is_quiet:
        lines = ["    sites = [", *(f"        attempt_{number}()," for number in numbers), "    ]"]
        lines += ["    for seen in await asyncio.gather(*sites):", "        print(*seen)"]
    else:
        lines = [f"    print(*await attempt_{number}(), flush=True)" for number in numbers]
    print(text + END.format(calls="\n".join(lines)))


main(int(sys.argv[1]), int(sys.argv[2]))
