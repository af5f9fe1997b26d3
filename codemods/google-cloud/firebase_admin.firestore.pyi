from typing import Any

from google.cloud.firestore_v1.client import Client as Client
from google.cloud.firestore_v1.transaction import transactional as transactional

def client(app: Any = None, database_id: str | None = None) -> Client: ...
def __getattr__(name: str) -> Any: ...
