import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol


@dataclass
class Member:
    name: str
    points: int = 0


class Members(Protocol):
    def find(self, name: str) -> Member | None: ...

    def save(self, member: Member) -> None: ...


class KnownMembers:
    """For tills where nothing is kept."""

    def __init__(self) -> None:
        self.rows: dict[str, Member] = {}

    def find(self, name: str) -> Member | None:
        return self.rows.get(name)

    def save(self, member: Member) -> None:
        self.rows[member.name] = member


class FileMembers:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str) -> Member | None:
        path = self.folder / f"{name}.json"
        return Member(**json.loads(path.read_text())) if path.exists() else None

    def save(self, member: Member) -> None:
        (self.folder / f"{member.name}.json").write_text(json.dumps(asdict(member)))
