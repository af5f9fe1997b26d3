from typing import Any

from git.repo.base import Repo as Repo

def __getattr__(name: str) -> Any: ...
