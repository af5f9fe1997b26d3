from typing import Any

from sqlalchemy.engine.base import Connection as Connection, Engine as Engine, NestedTransaction as NestedTransaction, Transaction as Transaction
from sqlalchemy.engine.create import create_engine as create_engine, create_mock_engine as create_mock_engine, create_pool_from_url as create_pool_from_url, engine_from_config as engine_from_config
from sqlalchemy.engine.reflection import Inspector as Inspector

def __getattr__(name: str) -> Any: ...
