from typing import Any

from keras import Model as Model, Sequential as Sequential
from keras.models import load_model as load_model
def __getattr__(name: str) -> Any: ...
