"""`tracked` lies in `core.tracking`; kept for those who import it from here."""

from core.tracking import tracked

__all__ = ["tracked"]
