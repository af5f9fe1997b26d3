"""Writes a program that makes requests in many ways: `python requests_calls.py SEED SITES > main.py`.

Each site is a coroutine function that makes one call with a few of the arguments that requests takes, and prints what it sees of the
answer or of the failure."""

import random
import sys

HEAD = '''\
import asyncio
import io

import requests

import service

BASE = service.start()


async def attempt(number, call):
    print(number, *await call)


'''

TAIL = '''

async def main():
{calls}
    for seen in service.SEEN:
        print(*seen)


asyncio.run(main())
'''

PATHS = ["echo/a b", "echo/é", "status/200", "status/204", "status/304", "status/404", "status/503", "moved/1", "moved/3", "latin", "echo?v=1"]
FAILING = ["slow", "hangup", "garbled", "refused"]
BODIES = [
    'json={"a": [1, None, True], "ü": "é"}',
    "json=[]",
    'data={"a": 1, "b": "x y", "c": ["1", "2"]}',
    'data={"a": None, "b": True, "c": 1.5}',
    'data={"a": unknown, "b": nothing}',
    'data="plain text é"',
    'data=b"\\x00\\xff"',
    "data=None",
    'files={"f": ("a b.png", b"\\x00\\xff", "image/png")}',
    'files={"f": (f"é{number}.txt", "text é", "text/plain"), "g": (None, "x")}, data={"a": 1, "b": ["x", None, True]}',
    'files=[("f", ("x", io.BytesIO(b"content"), "a/b")), ("f", ("y", b"", "a/b"))]',
    'files=None, json=[1]',
]
PARAMS = [
    'params={"q": "a b&c", "n": 3}',
    'params={"q": None, "on": True, "many": [1, "two", None]}',
    'params={"q": unknown, "none": nothing}',
    "params=None",
    "params={}",
    'params="x=1&y=z"',
]
REST = [
    'headers={"X-One": "1", "Accept": "text/html"}',
    'headers={"X-One": unknown, "X-None": nothing}',
    "headers=nothing",
    'auth=("user", "secret")',
    'cookies={"c": "1"}',
    "timeout=5",
    "timeout=(3, 5)",
    "timeout=None",
    "allow_redirects=False",
    "allow_redirects=True",
    "verify=True",
    "stream=False",
]
USES = [
    "response.status_code",
    "response.ok",
    "not response.ok",
    "response.reason",
    "response.text",
    "response.content",
    "response.url.removeprefix(BASE)",
    'response.headers.get("X-Kind")',
    '"Content-Type" in response.headers',
    "[hop.status_code for hop in response.history]",
    "len(response.history)",
    "response.is_redirect",
    "response.request.method",
    '"true" if response else "false"',
]
CHAINS = [
    'requests.{method}({arguments}).status_code',
    'requests.{method}({arguments}).headers["Content-Type"]',
    "number and requests.{method}({arguments}).ok",
    "[requests.{method}({arguments}).status_code for _ in range(2)]",
]
ERRORS = ["RequestException", "ConnectionError", "Timeout", "HTTPError"]


def arguments(random, method):
    found = []
    if method in ("post", "put", "patch") or random.random() < 0.15:
        found.append(random.choice(BODIES))
    if random.random() < 0.4:
        found.append(random.choice(PARAMS))
    names = {argument.split("=")[0] for argument in found}
    for argument in random.sample(REST, random.randint(0, 3)):
        name = argument.split("=")[0]
        if name not in names:
            names.add(name)
            found.append(argument)
    return found


def site(random, number):
    method = random.choice(["get", "get", "post", "put", "patch", "delete", "head", "options", "request"])
    path = random.choice(PATHS)
    url = f'f"{{BASE}}/{path}"'
    called = method
    lead = [url]
    if method == "request":
        verb = random.choice(["GET", "POST", "HEAD", "delete"])
        lead, method = [f'"{verb}"', url], verb.lower()
    given = ", ".join(lead + arguments(random, method))
    # httpx sends the body of a GET or HEAD to where it is redirected as well.
    if method in ("get", "head") and path.startswith("moved") and any(body in given for body in ("data=", "json=", "files=")):
        given = ", ".join(lead)
    if random.random() < 0.2:
        body = f"    return [{random.choice(CHAINS).format(method=called, arguments=given)}]\n"
    else:
        known = USES + ["response.json()"] if path.startswith("echo") and method not in ("head",) else USES
        uses = ", ".join(random.sample(known, 3))
        # A 304 that nobody asked for is an error to httpx.
        may_check = path != "status/304" or "headers={" in given
        check = "    response.raise_for_status()\n" if may_check and random.random() < 0.3 else ""
        body = f"    response = requests.{called}({given})\n{check}    return [{uses}]\n"
    # These have no counterpart on a session.
    is_plain = not any(part in given for part in ("cookies=", "nothing"))
    if is_plain and random.random() < 0.25:
        body = of_session(body)
    return function(number, guarded(body, ["HTTPError"], 'error.response.status_code if True else ""'))


def of_session(body):
    """The same calls on a session that has made one already."""
    lines = "".join(f"    {line}\n" for line in body.replace("requests.", "session.").splitlines())
    first = '        session.headers.update({"X-Session": "1"})\n        session.get(f"{BASE}/echo/first")\n'
    return f"    with requests.Session() as session:\n{first}{lines}"


def failing(random, number):
    path = random.choice(FAILING)
    url = '"http://127.0.0.1:9/refused"' if path == "refused" else f'f"{{BASE}}/{path}"'
    body = f"    response = requests.get({url}, timeout=0.3)\n    response.raise_for_status()\n    return [response.json()]\n"
    return function(number, guarded(body, random.sample(ERRORS, random.randint(1, 3)) + ["RequestException"]))


def guarded(body, errors, shown=None):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"    try:\n{lines}"
    for error in dict.fromkeys(errors):
        name = " as error" if shown else ""
        text += f"    except requests.{error}{name}:\n        return ['{error}'{', ' + shown if shown else ''}]\n"
    return text


def function(number, body):
    return f"async def site_{number}(unknown, nothing, number=1):\n{body}\n\n"


def program(seed, sites):
    source = random.Random(seed)
    text = HEAD
    for number in range(sites):
        text += (failing if source.random() < 0.15 else site)(source, number)
    calls = "".join(f"    await attempt({number}, site_{number}(str({number}), None))\n" for number in range(sites))
    return text.rstrip("\n") + "\n" + TAIL.format(calls=calls.rstrip("\n"))


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1]), int(sys.argv[2])))
