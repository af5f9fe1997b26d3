from typing import Any

from valkey import asyncio as asyncio
from valkey.client import Monitor as Monitor, Pipeline as Pipeline, PubSub as PubSub, Valkey as Valkey, StrictValkey as StrictValkey
from valkey.cluster import ClusterPipeline as ClusterPipeline, ValkeyCluster as ValkeyCluster
from valkey.connection import BlockingConnectionPool as BlockingConnectionPool, Connection as Connection, ConnectionPool as ConnectionPool, SSLConnection as SSLConnection, UnixDomainSocketConnection as UnixDomainSocketConnection
from valkey.sentinel import Sentinel as Sentinel, SentinelConnectionPool as SentinelConnectionPool

def from_url(url: str, **kwargs: Any) -> Valkey[Any]: ...
def __getattr__(name: str) -> Any: ...
