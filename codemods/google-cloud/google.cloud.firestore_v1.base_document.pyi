from typing import Any

from google.cloud.firestore_v1.document import DocumentReference

class DocumentSnapshot:
    id: str
    exists: bool
    reference: DocumentReference
    create_time: Any
    update_time: Any
    read_time: Any
    def get(self, field_path: str) -> Any: ...
    def to_dict(self) -> dict[str, Any] | None: ...

def __getattr__(name: str) -> Any: ...
