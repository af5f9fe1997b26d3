from typing import Any

from redis import asyncio as asyncio
from redis.client import Monitor as Monitor, Pipeline as Pipeline, PubSub as PubSub, Redis as Redis, StrictRedis as StrictRedis
from redis.cluster import ClusterPipeline as ClusterPipeline, RedisCluster as RedisCluster
from redis.connection import BlockingConnectionPool as BlockingConnectionPool, Connection as Connection, ConnectionPool as ConnectionPool, SSLConnection as SSLConnection, UnixDomainSocketConnection as UnixDomainSocketConnection
from redis.sentinel import Sentinel as Sentinel, SentinelConnectionPool as SentinelConnectionPool

def from_url(url: str, **kwargs: Any) -> Redis[Any]: ...
def __getattr__(name: str) -> Any: ...
