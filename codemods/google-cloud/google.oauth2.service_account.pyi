from typing import Any, Self

from google.auth.credentials import Credentials as _Credentials

class Credentials(_Credentials):
    project_id: str | None
    service_account_email: str
    @classmethod
    def from_service_account_info(cls, info: Any, **kwargs: Any) -> Self: ...
    @classmethod
    def from_service_account_file(cls, filename: str, **kwargs: Any) -> Self: ...
    def with_subject(self, subject: str) -> Self: ...

class IDTokenCredentials(Credentials):
    def with_target_audience(self, target_audience: str) -> Self: ...

def __getattr__(name: str) -> Any: ...
