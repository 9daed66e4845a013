"""What is chosen for a map file on the form, or at the command line."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from areas.models import SlumArea


class Holds(models.TextChoices):
    """What the rows of the file are."""

    AREAS = "areas", _("Outlines of areas")
    UNITS = "units", _("Outlines of RT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`area` takes everything; without it `area_column` says where a row belongs.

    Empty columns are guessed by their names. `merge` makes one outline of all rows.
    """

    holds: str = Holds.AREAS
    area: SlumArea | None = None
    area_column: str = ""
    unit_column: str = ""
    layer: str = ""
    merge: bool = False
