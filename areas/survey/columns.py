"""The columns of the survey spreadsheet, for the reader and for the template.

The headings are part of the exchange with the districts: they are never translated.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from areas.rules import Denominator, Rules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Literal["code", "text", "integer", "decimal", "date"]

VILLAGE = "kode_desa"
AREA = "kawasan"
UNIT = "rt_rw"
DATE = "tanggal_survei"
OPEN_SPACE = "ruang_terbuka_publik_m2"
WHOLE_AREA = "SELURUH KAWASAN"  # instead of an RT: the area was surveyed as one


@dataclass(frozen=True)
class SurveyColumn:
    """One column: its heading, what it holds, and the attribute that takes it.

    `field` is an attribute of a `Neighbourhood`, or an indicator's code. A column that
    is not `required` may be left out, and its cells may be blank.
    """

    heading: str
    field: str
    kind: Kind
    name: "StrOrPromise"
    help: "StrOrPromise"
    example: str
    unit: "StrOrPromise" = ""
    required: bool = True


PLACES = (
    SurveyColumn(
        VILLAGE,
        "village",
        "code",
        _("Village code"),
        _("The ministry's code of the kelurahan/desa, with points."),
        "63.71.01.1001",
    ),
    SurveyColumn(
        AREA,
        "area",
        "text",
        _("Area name"),
        _("As in the decree; the same in each row of the area."),
        "Kelayan Barat",
    ),
    SurveyColumn(
        UNIT,
        "rt_rw",
        "text",
        _("RT/RW"),
        _(
            "As text, so that Excel does not make a date of it. Write SELURUH KAWASAN"
            " where only the area as a whole was surveyed, which is weaker."
        ),
        "RT 001/RW 002",
    ),
)
NEIGHBOURHOOD = (
    SurveyColumn(
        "luas_ha",
        "hectares",
        "decimal",
        _("Area of the RT"),
        _("Above 0, at most 6 decimals."),
        "0,848808",
        _("ha"),
    ),
    SurveyColumn(
        "jumlah_bangunan",
        "buildings",
        "integer",
        _("Buildings"),
        _("Whole number; 0 when there are none."),
        "35",
        _("building units"),
    ),
    SurveyColumn(
        "jumlah_penduduk",
        "population",
        "integer",
        _("Population"),
        _("Whole number. May be blank: what is stored then stays."),
        "141",
        _("people"),
        required=False,
    ),
    SurveyColumn(
        "jumlah_kk",
        "households",
        "integer",
        _("Households (KK)"),
        _("Whole number; 0 when there are none."),
        "50",
        _("HH"),
    ),
    SurveyColumn(
        "panjang_jalan_ideal_m",
        "ideal_road_m",
        "decimal",
        _("Ideal road length"),
        _("The length at which roads would serve the whole RT."),
        "600",
        _("m"),
    ),
    SurveyColumn(
        "panjang_drainase_ideal_m",
        "ideal_drainage_m",
        "decimal",
        _("Ideal drainage length"),
        _("The length at which drainage would serve the whole RT."),
        "600",
        _("m"),
    ),
    SurveyColumn(
        "panjang_jalan_ada_m",
        "existing_road_m",
        "decimal",
        _("Existing road length"),
        _("May be blank, unless the rule set divides by it."),
        "450",
        _("m"),
        required=False,
    ),
)
HEADING_OF = {column.field: column.heading for column in NEIGHBOURHOOD}
RECORDED = SurveyColumn(
    OPEN_SPACE,
    "open_space_m2",
    "decimal",
    _("Public open space"),
    _("The eighth aspect of KOTAKU. Recorded, not scored; may be blank."),
    "250",
    _("m²"),
    required=False,
)
SURVEYED = (
    RECORDED,
    SurveyColumn(
        DATE,
        "surveyed_on",
        "date",
        _("Survey date"),
        _("May be blank when one date for all rows is given at the import."),
        "2025-03-31",
        required=False,
    ),
)


@dataclass(frozen=True)
class SurveySheet:
    """The columns of a survey under one rule set: its codes are headings."""

    rules: Rules

    @cached_property
    def figures(self) -> tuple[SurveyColumn, ...]:
        """The columns of the RT itself: what the rule set divides by is required."""
        used = {row.denominator.value for row in self.rules.indicators}
        return tuple(
            replace(column, required=column.required or column.field in used)
            for column in NEIGHBOURHOOD
        )

    @cached_property
    def volumes(self) -> tuple[SurveyColumn, ...]:
        return tuple(
            SurveyColumn(
                row.code,
                row.code,
                "decimal",
                str(row.name),
                _(
                    "What is lacking. From 0 to the RT's denominator; 0 when there is"
                    " none."
                ),
                "0",
                row.unit,
            )
            for row in self.rules.indicators
        )

    @cached_property
    def columns(self) -> tuple[SurveyColumn, ...]:
        return (*PLACES, *self.figures, *self.volumes, *SURVEYED)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if column.required)

    @property
    def optional(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if not column.required)

    def denominator_heading(self, code: str) -> str:
        """The heading of the column that the indicator's volume is divided by."""
        return HEADING_OF[Denominator(self.rules.by_code[code].denominator).value]
