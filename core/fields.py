"""Model fields of the whole project."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models

SIX_PLACES = Decimal("0.000001")


def six_places(value: Decimal) -> Decimal:
    """`value` rounded half up to 6 decimals: how spreadsheet floats come in."""
    return value.quantize(SIX_PLACES, rounding=ROUND_HALF_UP)


class HectaresField(models.DecimalField):
    """Hectares: numeric(14,6) everywhere, so that sums are exact (design 4.4)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class VolumeField(HectaresField):
    """A survey or work volume in its indicator's unit (ha, m, KK, unit)."""


class RupiahField(models.DecimalField):
    """Money in rupiah: numeric(18,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)
