from typing import Any, Iterator, Self

from git.diff import DiffIndex
from git.repo.base import Repo
from git.util import Actor

class Object:
    repo: Repo
    hexsha: str
    binsha: bytes
    size: int
    type: str
    def stream_data(self, ostream: Any) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

class Blob(Object):
    path: str
    name: str
    mode: int
    data_stream: Any

class Tree(Object):
    path: str
    trees: list[Tree]
    blobs: list[Blob]
    def traverse(self, *args: Any, **kwargs: Any) -> Iterator[Any]: ...
    def __truediv__(self, file: Any) -> Any: ...
    def __getitem__(self, item: Any) -> Any: ...

class Commit(Object):
    message: str
    summary: str
    author: Actor
    committer: Actor
    tree: Tree
    parents: tuple[Commit, ...]
    authored_datetime: Any
    committed_datetime: Any
    committed_date: int
    stats: Any
    def count(self, paths: Any = "", allow_unsafe_options: bool = False, **kwargs: Any) -> int: ...
    @classmethod
    def iter_items(cls, repo: Any, rev: Any, paths: Any = "", allow_unsafe_options: bool = False, **kwargs: Any) -> Iterator[Commit]: ...
    def iter_parents(self, paths: Any = "", **kwargs: Any) -> Iterator[Commit]: ...
    def diff(self, other: Any = ..., paths: Any = None, create_patch: bool = False, **kwargs: Any) -> DiffIndex: ...

class Submodule(Object):
    name: str
    path: str
    url: str
    def update(self, *args: Any, **kwargs: Any) -> Self: ...
    def remove(self, *args: Any, **kwargs: Any) -> Self: ...
    def module(self) -> Repo: ...

def __getattr__(name: str) -> Any: ...
