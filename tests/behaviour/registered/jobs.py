import time
from functools import partial


def work(speed: int, name: str) -> str:
    time.sleep(0.01 * speed)
    return f"{name} at {speed}"


def printed(line: str) -> str:
    time.sleep(0.01)
    return f"printed {line}"


KINDS = {"fast": partial(work, 1), "slow": lambda name: work(2, name)}
