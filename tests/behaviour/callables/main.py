import asyncio
import time
from functools import partial, singledispatch

from plugins import KINDS, Plugin


def leaf(name: str = "x") -> str:
    time.sleep(0.01)
    return f"leaf {name}"


def quick(name: str = "y") -> str:
    return f"quick {name}"


def on_loop() -> bool:
    return asyncio.get_running_loop().is_running()


STEPS = [("a", leaf), ("b", quick)]
TABLE = {"a": {"run": leaf, "help": "waits"}}
nap = partial(time.sleep, 0.01)


@singledispatch
def describe(thing) -> str:
    return f"just {thing}"


@describe.register
def _(thing: str) -> str:
    return leaf(thing)


async def attempt(call, *args):
    """A helper that is given what it calls."""
    await asyncio.sleep(0)
    return call(*args)


async def with_loop(call):
    return call()


async def each(*calls):
    return [call() for call in calls]


class Shell:
    def do_wait(self) -> str:
        return leaf("shell")

    def do_help(self) -> str:
        return "help"

    async def run(self, command: str) -> str:
        return getattr(self, f"do_{command}")()


async def build(kind: type[Plugin]) -> str:
    plugin = kind()
    return plugin.go()


async def main() -> None:
    print(await attempt(leaf, "oslo"), await asyncio.wait_for(attempt(leaf), 5))
    print(await asyncio.gather(attempt(leaf, "1"), attempt(quick, "2")), await each(leaf, quick))
    print(await with_loop(on_loop))
    for name, step in STEPS:
        print(name, step())
    print(TABLE["a"]["run"](), {"a": leaf}.get("a", quick)("t"))
    nap()
    print(describe("text"), describe(3))
    shell = Shell()
    print(await shell.run("wait"), await shell.run("help"))
    print([await build(kind) for kind in KINDS.values()])


asyncio.run(main())
