import time
from functools import partial

HEARD = []


class Shelf:
    def __init__(self):
        self.amounts = {}

    def put(self, event):
        time.sleep(0.01)
        if event["name"] == "paper":
            raise ValueError("no room for paper")
        self.amounts[event["name"]] = self.amounts.get(event["name"], 0) + event["amount"]


class Limit:
    """Stops what is too little."""

    def __init__(self, least):
        self.least = least

    def __call__(self, event):
        time.sleep(0.01)
        return event["amount"] >= self.least


def note(prefix, event):
    time.sleep(0.01)
    HEARD.append(f"{prefix} {event['name']}")


def wire(bus, shelf):
    @bus.on("came", rank=-2)
    def first(event):
        bus.off("came", first)
        time.sleep(0.01)
        HEARD.append(f"first {event['name']}")

    bus.on("came", Limit(1), rank=-1)
    bus.on("came", shelf.put)
    bus.on("came", partial(note, "heard"), rank=2)
    bus.on("came", lambda event: event["amount"] < 9, rank=1)
