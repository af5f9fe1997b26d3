from typing import Any

from django.core.mail import EmailMessage as EmailMessage, EmailMultiAlternatives as EmailMultiAlternatives

def __getattr__(name: str) -> Any: ...
