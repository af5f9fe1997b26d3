import time


class Gauge:
    def __init__(self, name):
        self.name = name

    def read(self):
        time.sleep(0.01)
        return f"{self.name} reads"
