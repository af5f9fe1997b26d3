"""Its signals belong to the loop in which it is imported."""

from current import LOOP

__all__ = ["LOOP"]
