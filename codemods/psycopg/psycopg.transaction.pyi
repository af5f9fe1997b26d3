from typing import Any

from psycopg import AsyncTransaction as AsyncTransaction, Rollback as Rollback, Transaction as Transaction

def __getattr__(name: str) -> Any: ...
