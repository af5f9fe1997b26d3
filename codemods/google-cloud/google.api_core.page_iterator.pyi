from typing import Any, Generic, Iterator, TypeVar

_T = TypeVar("_T")

class Page(Generic[_T]):
    num_items: int
    remaining: int
    def __iter__(self) -> Iterator[_T]: ...
    def __next__(self) -> _T: ...

class HTTPIterator(Generic[_T]):
    client: Any
    page_number: int
    next_page_token: str | None
    num_results: int
    @property
    def pages(self) -> Iterator[Page[_T]]: ...
    def __iter__(self) -> Iterator[_T]: ...
    def __next__(self) -> _T: ...

def __getattr__(name: str) -> Any: ...
