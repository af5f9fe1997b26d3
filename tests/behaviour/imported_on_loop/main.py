"""Modules that are imported by name: one that asks for the running loop, and one that does not exist."""

import asyncio
import importlib


async def load(name):
    if name == "missing":
        return importlib.import_module("no_such_module_anywhere")
    return importlib.import_module("signals")


async def main():
    module = await load("signals")
    print(module.LOOP is asyncio.get_running_loop())
    try:
        await load("missing")
    except ImportError as error:
        print(error.name)


asyncio.run(main())
