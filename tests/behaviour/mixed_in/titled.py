"""Knows nothing of the classes that it is mixed into."""


class Titled:
    def title(self) -> str:
        return f"{self.key}: {self.load(__file__)}"
