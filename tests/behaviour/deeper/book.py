"""Things that keep account of what they write."""


class Book:
    def __init__(self, path):
        self.path = path
        self.lines = []
        self.seen = {}
        self.pages = 0

    def add(self, line):
        self.lines.append(line)
        self.pages += 1
        self._write(line)

    def _write(self, line):
        with open(self.path, "a") as file:
            file.write(line + "\n")
        self.seen[line] = self.seen.get(line, 0) + 1

    def text(self):
        with open(self.path) as file:
            return file.read()


class Diary:
    def __init__(self):
        self.count = 0
        self.loaded = []

    async def note(self, text):
        self.count += 1
        keep(self, text)
        return text

    def load(self, path):
        found = read(path)
        self.loaded.append(path)
        self.loaded.sort()
        return found


def keep(diary, text):
    with open(f"note{text}.txt", "w") as file:
        file.write(text)
    diary.count += 10


def read(path):
    with open(path) as file:
        return file.read().split()
