from typing import Any

from django.contrib.auth.models import AbstractBaseUser as AbstractBaseUser, BaseUserManager as BaseUserManager

def __getattr__(name: str) -> Any: ...
