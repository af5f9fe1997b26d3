import json
from pathlib import Path


class Cache:
    """What it keeps is looked up and put there by others, in one step."""

    def __init__(self):
        self._items = {}
        self.misses = 0

    def get(self, key):
        return self._items.get(key)

    def put(self, key, value):
        self._items[key] = value
        self.misses += 1

    def __contains__(self, key):
        return key in self._items

    def __len__(self):
        return len(self._items)


class Settings:
    """It loads itself, whoever asks first."""

    def __init__(self, path):
        self.path = Path(path)
        self.values = {}
        self.loaded = False

    def ensure(self):
        if not self.loaded:
            self.values = json.loads(self.path.read_text())
            self.loaded = True

    def put(self, key, value):
        self.ensure()
        self.values[key] = value
        self.path.write_text(json.dumps(self.values))

    def get(self, key):
        self.ensure()
        return self.values[key]
