from typing import Any, Iterator

from replicate.client import Client as Client
from replicate.model import Models
from replicate.prediction import Predictions

def run(ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...
async def async_run(ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...
def stream(ref: str, *, input: Any = None, use_file_output: bool | None = True, **params: Any) -> Iterator[Any]: ...
async def async_stream(ref: str, input: Any = None, *, use_file_output: bool | None = True, **params: Any) -> Any: ...

predictions: Predictions
models: Models
deployments: Any
trainings: Any
files: Any
default_client: Client

def __getattr__(name: str) -> Any: ...
