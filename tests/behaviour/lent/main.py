"""The working folder and the environment are changed for a while, in which no other task runs."""
import asyncio
import os
import subprocess
import tempfile
from pathlib import Path


async def note(folder: str, text: str) -> str:
    before = os.getcwd()
    os.chdir(folder)
    try:
        Path("note").write_text(text)
        return Path("note").read_text()
    finally:
        os.chdir(before)


async def colour(name: str) -> str:
    os.environ["COLOUR"] = name
    try:
        return subprocess.run(["printenv", "COLOUR"], capture_output=True, text=True).stdout.strip()
    finally:
        os.environ.pop("COLOUR")


async def main(folders: list[str]) -> None:
    print(await asyncio.gather(*(note(folder, f"{number}") for number, folder in enumerate(folders))))
    print(await asyncio.gather(*(colour(name) for name in ("red", "green", "blue"))))


asyncio.run(main([tempfile.mkdtemp() for _ in range(6)]))
