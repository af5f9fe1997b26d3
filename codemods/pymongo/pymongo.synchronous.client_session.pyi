from typing import Any

from pymongo.client_session import ClientSession as ClientSession, SessionOptions as SessionOptions, TransactionOptions as TransactionOptions

def __getattr__(name: str) -> Any: ...
