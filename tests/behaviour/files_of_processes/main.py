"""What a process reads or writes, the program works on before or behind it: no other task comes in between."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(tempfile.gettempdir()) / f"files_of_processes_{os.getpid()}"
CONFIG = ROOT / "tool.cfg"
COUNT = ROOT / "count.txt"
PRINT = "import sys; print(open(sys.argv[1]).read())"
COPY = "import sys; open(sys.argv[2], 'w').write(open(sys.argv[1]).read())"


def save(text):
    CONFIG.write_text(text)


def run():
    return subprocess.run([sys.executable, "-c", PRINT, str(CONFIG)], capture_output=True, text=True).stdout.strip()


async def configured(number):
    save(f"config {number}")
    return run()


async def made(number):
    command = ["sh", "-c", f"echo {number} > {ROOT}/out.txt"]
    subprocess.run(command, check=True)
    with open(os.path.join(ROOT, "out.txt")) as file:
        return file.read().strip()


async def copied(number):
    """Each task has a file of its own, but all have the copy."""
    source = ROOT / f"in{number}.txt"
    source.write_text(f"text {number}")
    subprocess.run([sys.executable, "-c", COPY, str(source), str(ROOT / "copy.txt")], check=True)
    return (ROOT / "copy.txt").read_text()


async def in_shell(number):
    (ROOT / "sh.txt").write_text(f"text {number}")
    os.system(f"cat {ROOT}/sh.txt > {ROOT}/sh2.txt")
    return (ROOT / "sh2.txt").read_text()


def last():
    return int(subprocess.run(["cat", str(COUNT)], capture_output=True, text=True).stdout or 0)


def keep(number):
    subprocess.run(["sh", "-c", f"echo {number} > {COUNT}"], check=True)


async def count():
    number = last()
    keep(number + 1)


async def main():
    ROOT.mkdir()
    for work in (configured, made, copied, in_shell):
        print(await asyncio.gather(*(work(number) for number in range(3))))
    keep(0)
    await asyncio.gather(*(count() for _ in range(3)))
    print(last())
    shutil.rmtree(ROOT)


asyncio.run(main())
