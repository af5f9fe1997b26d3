from typing import Any

from google.cloud.firestore_v1.base_document import DocumentSnapshot as DocumentSnapshot
from google.cloud.firestore_v1.batch import WriteBatch as WriteBatch
from google.cloud.firestore_v1.client import Client as Client
from google.cloud.firestore_v1.collection import CollectionReference as CollectionReference
from google.cloud.firestore_v1.document import DocumentReference as DocumentReference
from google.cloud.firestore_v1.query import CollectionGroup as CollectionGroup, Query as Query
from google.cloud.firestore_v1.transaction import Transaction as Transaction, transactional as transactional

def __getattr__(name: str) -> Any: ...
