from pathlib import Path


class Stock:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.pending: list[str] = []

    async def take(self, name: str) -> int:
        self.note(f"took {name}")
        return len(name)

    def note(self, line: str) -> None:
        self.pending.append(line)
        if len(self.pending) >= 3:
            self.flush()

    def flush(self) -> int:
        count = len(self.pending)
        with open(self.path, "a") as log:
            for line in self.pending:
                log.write(line + "\n")
        self.pending.clear()
        return count
