from typing import Any

from keras import Model as Model, Sequential as Sequential
from tensorflow.keras import models as models
def __getattr__(name: str) -> Any: ...
