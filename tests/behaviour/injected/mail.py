import time


class Outbox:
    def __init__(self, name: str) -> None:
        self.name = name
        self.posted = []

    def post(self, text: str) -> int:
        time.sleep(0.01)
        self.posted.append(text)
        time.sleep(0.01)
        return len(self.posted)

    def peek(self, text: str) -> int:
        time.sleep(0.01)
        return len(text)

    def finish(self) -> None:
        print("finished with", self.posted)
