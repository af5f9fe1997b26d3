"""Waits, some calls deep."""

import time
from time import sleep

DELAY = 0.06


def breathe(times=1):
    for _ in range(times):
        time.sleep(DELAY)
    return times


def countdown(n):
    """Calls itself."""
    if n == 0:
        return ["go"]
    sleep(DELAY)
    return [n, *countdown(n - 1)]


class Runner:
    laps = 0

    def __init__(self, name):
        self.name = name

    def lap(self, rest=False):
        if rest and breathe() > 1:
            return "never"
        return f"{self.name}{breathe():>2}"

    @classmethod
    def called(cls, name):
        breathe()
        return cls(name)

    @staticmethod
    def whistle():
        """Also called by what runs without a loop."""
        time.sleep(DELAY)
        return "tweet"


def from_the_command_line():
    return Runner.whistle()
