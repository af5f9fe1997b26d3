from typing import Any

from git.cmd import Git as Git
from git.config import GitConfigParser as GitConfigParser
from git.diff import Diff as Diff, DiffIndex as DiffIndex
from git.exc import GitCommandError as GitCommandError, GitCommandNotFound as GitCommandNotFound, GitError as GitError, InvalidGitRepositoryError as InvalidGitRepositoryError, NoSuchPathError as NoSuchPathError
from git.index.base import IndexFile as IndexFile
from git.objects import Blob as Blob, Commit as Commit, Object as Object, Submodule as Submodule, Tree as Tree
from git.refs import HEAD as HEAD, Head as Head, Reference as Reference, RemoteReference as RemoteReference, SymbolicReference as SymbolicReference, TagReference as TagReference
from git.remote import FetchInfo as FetchInfo, PushInfo as PushInfo, Remote as Remote, RemoteProgress as RemoteProgress
from git.repo.base import Repo as Repo
from git.util import Actor as Actor

def __getattr__(name: str) -> Any: ...
