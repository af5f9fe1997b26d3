from typing import Any, Self

from django.core.mail.backends.base import BaseEmailBackend

class EmailMessage:
    subject: str
    body: str
    from_email: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    reply_to: list[str]
    attachments: list[Any]
    extra_headers: dict[str, str]
    connection: Any
    content_subtype: str
    def __init__(
        self,
        subject: Any = "",
        body: Any = "",
        from_email: str | None = None,
        to: Any = None,
        bcc: Any = None,
        connection: Any = None,
        attachments: Any = None,
        headers: Any = None,
        cc: Any = None,
        reply_to: Any = None,
    ) -> None: ...
    def get_connection(self, fail_silently: bool = False) -> BaseEmailBackend: ...
    def message(self) -> Any: ...
    def recipients(self) -> list[str]: ...
    def send(self, fail_silently: bool = False) -> int: ...
    def attach(self, filename: Any = None, content: Any = None, mimetype: str | None = None) -> None: ...
    def attach_file(self, path: Any, mimetype: str | None = None) -> None: ...

class EmailMultiAlternatives(EmailMessage):
    alternatives: list[Any]
    def __init__(
        self,
        subject: Any = "",
        body: Any = "",
        from_email: str | None = None,
        to: Any = None,
        bcc: Any = None,
        connection: Any = None,
        attachments: Any = None,
        headers: Any = None,
        alternatives: Any = None,
        cc: Any = None,
        reply_to: Any = None,
    ) -> None: ...
    def attach_alternative(self, content: Any, mimetype: str) -> None: ...

def get_connection(backend: str | None = None, fail_silently: bool = False, **kwds: Any) -> BaseEmailBackend: ...
def send_mail(subject: Any, message: Any, from_email: str | None, recipient_list: Any, fail_silently: bool = False, auth_user: str | None = None, auth_password: str | None = None, connection: Any = None, html_message: str | None = None) -> int: ...
def send_mass_mail(datatuple: Any, fail_silently: bool = False, auth_user: str | None = None, auth_password: str | None = None, connection: Any = None) -> int: ...
def mail_admins(subject: Any, message: Any, fail_silently: bool = False, connection: Any = None, html_message: str | None = None) -> None: ...
def mail_managers(subject: Any, message: Any, fail_silently: bool = False, connection: Any = None, html_message: str | None = None) -> None: ...
def __getattr__(name: str) -> Any: ...
