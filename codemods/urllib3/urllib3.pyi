from typing import Any

from . import connection as connection
from . import connectionpool as connectionpool
from . import poolmanager as poolmanager
from . import response as response
from urllib3.connectionpool import HTTPConnectionPool as HTTPConnectionPool
from urllib3.connectionpool import HTTPSConnectionPool as HTTPSConnectionPool
from urllib3.connectionpool import connection_from_url as connection_from_url
from urllib3.poolmanager import PoolManager as PoolManager
from urllib3.poolmanager import ProxyManager as ProxyManager
from urllib3.poolmanager import proxy_from_url as proxy_from_url
from urllib3.response import BaseHTTPResponse as BaseHTTPResponse
from urllib3.response import HTTPResponse as HTTPResponse

def request(
    method: str,
    url: str,
    *,
    body: Any = None,
    fields: Any = None,
    headers: Any = None,
    preload_content: bool | None = True,
    decode_content: bool | None = True,
    redirect: bool | None = True,
    retries: Any = None,
    timeout: Any = 3,
    json: Any = None,
) -> BaseHTTPResponse: ...
def disable_warnings(category: Any = ...) -> None: ...
def make_headers(*args: Any, **kwargs: Any) -> dict[str, str]: ...
def add_stderr_logger(level: int = 10) -> Any: ...
def __getattr__(name: str) -> Any: ...
