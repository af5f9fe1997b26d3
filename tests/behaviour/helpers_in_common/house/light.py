import time


class Lamp:
    def __init__(self, room):
        self.room = room
        self.times = []

    def __enter__(self):
        time.sleep(0.01)
        self.times.append("on")
        return self

    def __exit__(self, kind, error, trace):
        time.sleep(0.01)
        self.times.append(f"off after {kind and kind.__name__}")
        return kind is KeyError
