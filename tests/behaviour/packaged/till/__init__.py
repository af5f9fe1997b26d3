"""A till whose modules import each other by where they are."""

from .desk import serve

__all__ = ["serve"]
