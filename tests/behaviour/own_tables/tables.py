import json
import os
import tempfile
from collections.abc import Iterator, MutableMapping


class FarTable(MutableMapping):
    """A table whose rows are files."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp()

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, key)

    def __getitem__(self, key: str):
        try:
            with open(self._path(key)) as file:
                return json.load(file)
        except FileNotFoundError:
            raise KeyError(key) from None

    def __setitem__(self, key: str, value) -> None:
        with open(self._path(key), "w") as file:
            json.dump(value, file)

    def __delitem__(self, key: str) -> None:
        os.remove(self._path(key))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(os.listdir(self.folder)))

    def __len__(self) -> int:
        return len(os.listdir(self.folder))
