from typing import Any, AsyncContextManager, ContextManager, TypeVar

from starlette.concurrency import iterate_in_threadpool as iterate_in_threadpool, run_in_threadpool as run_in_threadpool, run_until_first_complete as run_until_first_complete

_T = TypeVar("_T")

def contextmanager_in_threadpool(cm: ContextManager[_T]) -> AsyncContextManager[_T]: ...
def __getattr__(name: str) -> Any: ...
