from typing import Any

from curl_cffi.requests import AsyncSession as AsyncSession
from curl_cffi.requests import Response as Response
from curl_cffi.requests import Session as Session
from curl_cffi.requests import delete as delete
from curl_cffi.requests import get as get
from curl_cffi.requests import head as head
from curl_cffi.requests import options as options
from curl_cffi.requests import patch as patch
from curl_cffi.requests import post as post
from curl_cffi.requests import put as put
from curl_cffi.requests import query as query
from curl_cffi.requests import request as request
from curl_cffi.requests import trace as trace

def __getattr__(name: str) -> Any: ...
