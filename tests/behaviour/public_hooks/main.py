"""Who installs the package overrides a hook with what needs the loop."""

import asyncio

from desk.handlers import Handler


def derive(base):
    class Own(base):
        def is_known(self):
            asyncio.get_running_loop().call_soon(print, "asked for", self.host)
            return True

    return Own


async def main():
    print(await derive(Handler)("here").answer())
    await asyncio.sleep(0.01)


asyncio.run(main())
