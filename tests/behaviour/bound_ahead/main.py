"""What a helper keeps before its first step, its caller finds."""

import asyncio
import subprocess
import sys


class Runner:
    def __init__(self) -> None:
        self.current = ""
        self.results: dict[str, str] = {}

    def _run(self, name: str) -> None:
        self.current = name
        done = subprocess.run([sys.executable, "-c", f"print({name!r})"], stdout=subprocess.PIPE, text=True)
        self.results[name] = done.stdout.strip()

    async def handle(self, name: str) -> str:
        await asyncio.sleep(0)
        self._run(name)
        return self.current


async def main() -> None:
    runner = Runner()
    print(await asyncio.gather(*(runner.handle(name) for name in "abc")))


if __name__ == "__main__":
    asyncio.run(main())
