from typing import Any, ClassVar, TypeVar

from sqlalchemy.engine.base import Connection as Connection, Engine as Engine
from sqlalchemy.engine.create import create_engine as create_engine, create_mock_engine as create_mock_engine, engine_from_config as engine_from_config
from sqlalchemy.inspection import inspect as inspect
from sqlalchemy.orm.query import Query as Query
from sqlalchemy.orm.session import Session as _Session
from sqlalchemy.sql.schema import MetaData as MetaData, Table as Table

_M = TypeVar("_M", bound="SQLModel")

class SQLModel:
    metadata: ClassVar[MetaData]
    model_config: ClassVar[Any]
    def __init__(self, **data: Any) -> None: ...
    @classmethod
    def model_validate(cls: type[_M], obj: Any, **kwargs: Any) -> _M: ...
    def __getattr__(self, name: str) -> Any: ...

class Session(_Session):
    def exec(self, statement: Any, *, params: Any = None, execution_options: Any = ..., bind_arguments: Any = None, **kw: Any) -> Any: ...

def __getattr__(name: str) -> Any: ...
