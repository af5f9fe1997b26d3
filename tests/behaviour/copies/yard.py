import time


class Ferry:
    def __init__(self, name: str):
        self.name = name
        self.log: list[str] = []

    def stop(self) -> str:
        """What it does and what it notes have an order that all see."""
        self.log.append("slow")
        time.sleep(0.01)
        self.log.append("stopped")
        return self.name


class Yard:
    def __init__(self):
        self.ferries: dict[str, Ferry] = {}
        self.pilots: list[str] = []

    def dock(self, name: str) -> str:
        self.ferries[name] = Ferry(name)
        return name

    def ferry(self, name: str) -> Ferry:
        return self.ferries[name]

    def call_all(self) -> dict[str, str]:
        return {ferry.name: ferry.stop() for ferry in self.ferries.values() if ferry.name}

    def log_all(self) -> int:
        written = 0
        for pilot in self.pilots:
            time.sleep(0.001)
            written += len(pilot)
        return written

    def take_out(self) -> list[str]:
        """Goes through what it takes from: a copy would show it all of it."""
        seen = []
        for pilot in self.pilots:
            seen.append(pilot)
            self.pilots.remove(pilot)
            time.sleep(0.001)
        return seen
