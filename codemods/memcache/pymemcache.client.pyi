from typing import Any

from pymemcache.client.base import Client as Client, PooledClient as PooledClient
from pymemcache.client.hash import HashClient as HashClient
from pymemcache.client.retrying import RetryingClient as RetryingClient

def __getattr__(name: str) -> Any: ...
