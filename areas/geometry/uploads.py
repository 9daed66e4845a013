"""Uploaded map files between preview and confirmation."""

from dataclasses import dataclass
from typing import Any

from areas.geometry.choices import Choices
from core.uploads import KeptFile, Uploads


@dataclass(frozen=True, slots=True)
class OutlineUpload(KeptFile):
    """A map file that was looked at, with what was chosen for it on the form."""

    area: int | None
    holds: str
    area_column: str
    unit_column: str
    layer: str
    merge: bool


OUTLINES = Uploads(OutlineUpload, "outline_uploads")


def as_kept(choices: Choices) -> dict[str, Any]:
    """The choices as a session can hold them."""
    return {
        "area": choices.area.pk if choices.area else None,
        "holds": str(choices.holds),
        "area_column": choices.area_column,
        "unit_column": choices.unit_column,
        "layer": choices.layer,
        "merge": choices.merge,
    }
