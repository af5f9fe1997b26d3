from typing import Any, Iterator

class Diff:
    a_path: str | None
    b_path: str | None
    a_blob: Any
    b_blob: Any
    change_type: str | None
    new_file: bool
    deleted_file: bool
    renamed_file: bool
    diff: Any
    def __getattr__(self, name: str) -> Any: ...

class DiffIndex(list[Diff]):
    def iter_change_type(self, change_type: Any) -> Iterator[Diff]: ...

def __getattr__(name: str) -> Any: ...
