"""What all tasks of a process have is not changed beside them, and what a thread has is not looked for in another."""

import asyncio
import contextlib
import io
import os
import socket
import subprocess
import tempfile
import threading

local = threading.local()


def name_of(folder):
    old = os.getcwd()
    os.chdir(folder)
    try:
        return os.path.basename(subprocess.check_output(["pwd"], text=True).strip())
    finally:
        os.chdir(old)


def who(name):
    os.environ["WHO"] = name
    return subprocess.check_output("echo $WHO", shell=True, text=True).strip()


def printed(text):
    with contextlib.redirect_stdout(io.StringIO()) as written:
        print(subprocess.check_output(["echo", text], text=True), end="")
    return written.getvalue()


def sign_in(name, path):
    local.user = name
    with open(path, "w") as file:
        file.write(name)


async def patient(seconds):
    old = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        subprocess.check_call(["true"])
        return socket.getdefaulttimeout()
    finally:
        socket.setdefaulttimeout(old)


async def visit(folder, name):
    place = name_of(folder)
    sign_in(name, os.path.join(folder, "user"))
    return place, who(name), printed(name), local.user


async def main():
    with tempfile.TemporaryDirectory() as root:
        folders = [os.path.join(root, name) for name in ("a", "b", "c")]
        for folder in folders:
            os.mkdir(folder)
        for line in await asyncio.gather(*(visit(folder, folder[-1] * 2) for folder in folders)):
            print(line)
    print(await asyncio.gather(*(patient(seconds) for seconds in (1, 2, 3))))


asyncio.run(main())
