from abc import ABC, abstractmethod
from typing import Protocol


class Shelf(ABC):
    @abstractmethod
    def get_or_make(self, key, make): ...


class Plain(Shelf):
    def __init__(self):
        self.kept = {}

    def get_or_make(self, key, make):
        return make()


class Runner(Protocol):
    def run(self, job): ...


class Direct:
    def run(self, job):
        return job()


READERS = {}


def reader(suffix):
    def register(function):
        READERS[suffix] = function
        return function

    return register


@reader(".py")
def read_code(path):
    with open(path, encoding="utf-8") as file:
        return file.readline().strip()


def first_of(size):
    def load(path):
        with open(path, encoding="utf-8") as file:
            return file.read(size)

    return load


class Service:
    def __init__(self, load=first_of(7)):
        self.load = load

    async def show(self, path):
        return self.load(path)
