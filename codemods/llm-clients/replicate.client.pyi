from typing import Any, Iterator

from replicate.model import Models
from replicate.prediction import Predictions

class Client:
    predictions: Predictions
    models: Models
    deployments: Any
    trainings: Any
    files: Any
    collections: Any
    hardware: Any
    accounts: Any
    webhooks: Any
    def __init__(self, api_token: str | None = None, *, base_url: str | None = None, timeout: Any = None, **kwargs: Any) -> None: ...
    def run(self, ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...
    async def async_run(self, ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...
    def stream(self, ref: str, *, input: Any = None, use_file_output: bool | None = True, **params: Any) -> Iterator[Any]: ...
    async def async_stream(self, ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...

def __getattr__(name: str) -> Any: ...
