from collections import namedtuple
from contextlib import ContextDecorator
from pathlib import Path

OWN = Path(__file__)
KINDS = {}
Route = namedtuple("Route", "path handler")


def first_word() -> str:
    return OWN.read_text().split()[0]


def register(kind):
    def keep(cls):
        KINDS[kind] = cls
        return cls

    return keep


class Plugin:
    known = {}

    def __init_subclass__(cls, name="", **rest):
        super().__init_subclass__(**rest)
        cls.known[name] = cls

    @classmethod
    def make(cls, name):
        return cls.known[name]()


class Reader:
    def read(self):
        return first_word()


class Forward:
    """Stands for another object."""

    def __init__(self, inner):
        self._inner = inner
        self.name = "forward"

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Remote:
    """Makes up its methods."""

    def __getattr__(self, name):
        def call(suffix):
            return first_word() + name + suffix

        return call


class Column:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, record, owner=None):
        return self if record is None else first_word() + self.name


class Timed(ContextDecorator):
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        print("took", len(first_word()))


class Opened:
    def __enter__(self):
        return first_word()

    def __exit__(self, *exc):
        return None


class App:
    def __init__(self):
        self.routes = []

    def add(self, path, handler):
        self.routes.append(Route(path, handler))
