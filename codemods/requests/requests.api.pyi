from typing import Any

from requests import delete as delete
from requests import get as get
from requests import head as head
from requests import options as options
from requests import patch as patch
from requests import post as post
from requests import put as put
from requests import request as request

def __getattr__(name: str) -> Any: ...
