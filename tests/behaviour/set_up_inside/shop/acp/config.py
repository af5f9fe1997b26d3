"""Where sessions are kept."""

import os


def save(path: str, data: str) -> None:
    with open(path, "w") as file:
        file.write(data)


def drop(path: str) -> None:
    os.remove(path)


def read(path: str) -> str:
    with open(path) as file:
        return file.read()
