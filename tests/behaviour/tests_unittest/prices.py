import time


def fetch(name):
    time.sleep(0.01)
    if name == "none":
        raise KeyError(name)
    return {"name": name, "price": len(name)}


def total(names):
    return sum(fetch(name)["price"] for name in names)


class Basket:
    def __init__(self):
        self.items = []

    def add(self, name):
        self.items.append(fetch(name))
        return len(self.items)
