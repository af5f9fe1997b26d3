"""What a helper keeps of its last step, its caller finds; `next` stays on the loop, where it may come to an end."""

import asyncio
import subprocess
import sys
from collections.abc import Callable

Step = Callable[[str, dict], dict]


def shout(code: str, event: dict) -> dict:
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return {**event, "said": done.stdout.strip()}


def check(code: str, event: dict) -> dict:
    subprocess.check_call([sys.executable, "-c", code])
    return event


STEPS: dict[str, Step] = {"say:": shout, "check:": check}


class Runner:
    def __init__(self) -> None:
        self.results: dict[str, dict] = {}
        self.worst = 0

    def _step(self, text: str, event: dict) -> dict:
        step = next(step for prefix, step in STEPS.items() if text.startswith(prefix))
        return step(text.partition(":")[2], event)

    def _run(self, name: str, texts: list[str]) -> int:
        self.results[name] = self._all(texts, {"name": name})
        return self.results[name].get("status", 0)

    def _all(self, texts: list[str], event: dict) -> dict:
        try:
            for text in texts:
                event = self._step(text, event)
        except subprocess.CalledProcessError as error:
            return {**event, "status": error.returncode}
        return event

    async def handle(self, name: str, texts: list[str]) -> dict:
        await asyncio.sleep(0)
        self.worst = max(self.worst, self._run(name, texts))
        return self.results[name]


async def main() -> None:
    runner = Runner()
    texts = {"a": ["say:print(1)", "check:"], "b": ["check:raise SystemExit(3)", "say:"], "c": ["say:print(2)"]}
    print(await asyncio.gather(*(runner.handle(*one) for one in texts.items())), runner.worst)
    try:
        await runner.handle("d", ["sing:"])
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())
