from typing import Any

from kubernetes import client as client, config as config, dynamic as dynamic, stream as stream, utils as utils, watch as watch

def __getattr__(name: str) -> Any: ...
