import time
from collections import defaultdict


class Board:
    def __init__(self):
        self._listeners = defaultdict(list)

    def on(self, topic, listener=None, rank=0):
        if listener is None:
            return lambda function: self.on(topic, function, rank)
        self._listeners[topic].append((rank, listener))
        return listener

    def publish(self, topic, guest):
        return [listener(guest) for _, listener in list(self._listeners[topic])]


class Bell:
    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, guest: str) -> str:
        for _ in range(self.times):
            time.sleep(0.01)
        return f"ding {guest}"


class Lift:
    def go(self, where: str) -> str:
        return f"{self._step(f'leave_{where}')} {self._step('arrive')} {self._step('rest')}"

    def _step(self, name: str) -> str:
        step = getattr(self, name, None)
        return step() if step is not None else "-"

    def leave_up(self) -> str:
        time.sleep(0.01)
        return "doors shut"

    def arrive(self) -> str:
        time.sleep(0.01)
        return "doors open"
