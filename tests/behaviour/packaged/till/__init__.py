"""A till whose modules import each other by where they are."""

from .desk import last, serve

__all__ = ["last", "serve"]
