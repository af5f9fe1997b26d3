import time


class Plugin:
    def go(self) -> str:
        raise NotImplementedError


KINDS: dict[str, type[Plugin]] = {}


class Slow(Plugin):
    def go(self) -> str:
        time.sleep(0.01)
        return "slow"


class Fast(Plugin):
    def go(self) -> str:
        return "fast"


KINDS["slow"] = Slow
KINDS["fast"] = Fast
