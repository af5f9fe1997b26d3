from typing import Any

from pymongo.change_stream import ChangeStream as ChangeStream, CollectionChangeStream as CollectionChangeStream, DatabaseChangeStream as DatabaseChangeStream, ClusterChangeStream as ClusterChangeStream

def __getattr__(name: str) -> Any: ...
