from typing import Any

from tensorflow import keras as keras
def __getattr__(name: str) -> Any: ...
