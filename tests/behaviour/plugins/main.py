"""Modules that are imported by a name which cannot be told before: what they do first may be for the loop's thread."""

import asyncio
import importlib

NAMES = ["clock", "counter"]


def load(name: str):
    module = importlib.import_module(f"parts.{name}")
    return module.Part()


async def start(name: str) -> None:
    print(name, load(name).ready)


async def main() -> None:
    for name in NAMES:
        await start(name)
        print(importlib.import_module("parts." + name).__name__)


asyncio.run(main())
