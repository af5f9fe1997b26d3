import hashlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    taken: int = 0
    refused: list[str] = field(default_factory=list)


class Depot:
    """Takes in parcels, and remembers what it has taken."""

    def __init__(self, root: Path):
        self.root = root
        self.tally = Tally()
        self.known: dict[str, str] = {}

    def take(self, name: str, text: str) -> bool:
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        if digest in self.known:
            self.tally.refused.append(name)
            return False
        (self.root / name).write_text(text)
        self.known[digest] = name
        self.tally.taken += 1
        return True

    def report(self) -> str:
        return f"{self.tally.taken} taken, {self.tally.refused} refused"
