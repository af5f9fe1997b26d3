import os


class Store:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def _path(self, name):
        return os.path.join(self.folder, name + ".txt")

    def text(self, name):
        with open(self._path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(self._path(name), "w", encoding="utf-8") as file:
            file.write(text)


def load(folder):
    return [entry for entry in os.listdir(folder)]
