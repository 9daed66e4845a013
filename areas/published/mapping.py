"""Which column of a file holds what, as plain data: our field → the file's heading.

The keys are those of `PublishedResult`, and `score_1a`, `need_1a` for each indicator of
the rule set. A mapping is kept with the source, so that it can be used again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.rules import Rules
from core.errors import BusinessRuleError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Literal["text", "hectares", "total", "severity", "score", "need"]
SCORE, NEED = "score_", "need_"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column can hold. `code` is that of the indicator."""

    key: str
    label: "StrOrPromise"
    kind: Kind
    is_required: bool = False
    code: str = ""
    longest: int = 0


# The lengths are those of the columns of PublishedResult.
PLACES = (
    Field("district_name", gettext_lazy("District (kecamatan)"), "text", longest=100),
    Field(
        "village_name",
        gettext_lazy("Village (kelurahan/desa)"),
        "text",
        True,
        longest=100,
    ),
    Field("hamlet_name", gettext_lazy("Hamlet (kampung)"), "text", longest=100),
    Field("rt_rw", gettext_lazy("RT/RW"), "text", longest=30),
    Field("area_name", gettext_lazy("Slum area"), "text", longest=200),
    Field("hectares", gettext_lazy("Area (ha)"), "hectares"),
    Field("authority", gettext_lazy("Authority"), "text", longest=40),
    Field("total", gettext_lazy("Published total"), "total", True),
    Field("severity", gettext_lazy("Published severity"), "severity", True),
)
# Headings that name a field for certain, as `_key` writes them.
KNOWN = {
    "district_name": {"kecamatan", "namakecamatan", "kec"},
    "village_name": {
        "desa",
        "kelurahan",
        "desakelurahan",
        "kelurahandesa",
        "namadesa",
        "namakelurahan",
    },
    "hamlet_name": {"kampung", "dusun", "lingkungan"},
    "rt_rw": {"rtrw", "rt"},
    "area_name": {
        "kawasan",
        "namakawasan",
        "kawasankumuh",
        "kawasanpermukimankumuh",
        "pembagiankawasankumuh",
    },
    "hectares": {"luas", "luasha", "luaskumuh", "luaskumuhha", "luaskawasanha"},
    "authority": {"kewenangan"},
    "total": {"bobotkumuh", "totalnilai", "jumlahnilai", "nilaitotal", "total"},
    "severity": {
        "tingkatkekumuhan",
        "tingkatkekumuhanawal",
        "kelaskekumuhan",
        "tingkatkumuh",
    },
}
SCORE_WORD = re.compile(r"(numerik|nilai|skor|score)$")
NEED_WORD = re.compile(r"(kebutuhan|volume)$")


def fields_of(rules: Rules) -> tuple[Field, ...]:
    """Everything that columns may hold under this rule set, in the order of a form."""
    found = list(PLACES)
    for row in rules.indicators:
        words = {"code": row.code}
        score = _("Score of %(code)s") % words
        need = _("Need of %(code)s") % words
        found += [
            Field(f"{SCORE}{row.code}", score, "score", True, row.code),
            Field(f"{NEED}{row.code}", need, "need", code=row.code, longest=100),
        ]
    return tuple(found)


# ---- a proposal ---------------------------------------------------------------


def guess_mapping(headings: Sequence[str], rules: Rules) -> dict[str, str]:
    """A proposal to be looked at; what cannot be told is left out, never guessed.

    Scores are the columns named by the codes of the indicators, or else those that end
    in NUMERIK (nilai, skor), taken in the order of the indicators if there are as many.
    The need of an indicator is the column of the same name that ends in KEBUTUHAN.
    """
    found: dict[str, str] = {}
    for field in PLACES:
        named = [text for text in headings if _key(text) in KNOWN[field.key]]
        if len(named) == 1:
            found[field.key] = named[0]
    return found | (_by_code(headings, rules) or _by_order(headings, rules))


def _by_code(headings: Sequence[str], rules: Rules) -> dict[str, str]:
    """Columns such as `1a`, `Nilai 1a`, `1a kebutuhan`; empty unless all scores are."""
    found: dict[str, str] = {}
    for text in headings:
        key = _key(text)
        for code in rules.codes:
            if key in {code, f"nilai{code}", f"skor{code}", f"{code}numerik"}:
                found.setdefault(f"{SCORE}{code}", text)
            elif key in {f"kebutuhan{code}", f"{code}kebutuhan", f"volume{code}"}:
                found.setdefault(f"{NEED}{code}", text)
    return found if all(f"{SCORE}{code}" in found for code in rules.codes) else {}


def _by_order(headings: Sequence[str], rules: Rules) -> dict[str, str]:
    """Pairs such as `JALAN RUSAK (M)-NUMERIK` and `…-KEBUTUHAN`, in their order."""
    scores = [text for text in headings if _stem(text, SCORE_WORD)]
    stems = {_stem(text, SCORE_WORD) for text in scores}
    if not len(scores) == len(stems) == len(rules.codes):
        return {}  # two of the same name: which is which cannot be told
    needs: dict[str, str] = {}
    for text in headings:
        if stem := _stem(text, NEED_WORD):
            needs.setdefault(stem, text)
    found: dict[str, str] = {}
    for code, text in zip(rules.codes, scores, strict=True):
        found[f"{SCORE}{code}"] = text
        if need := needs.get(_stem(text, SCORE_WORD)):
            found[f"{NEED}{code}"] = need
    return found


def _key(text: str) -> str:
    """Letters and digits only: `TPS/ TPST (KK)` and `TPS/TPST (KK)` are the same."""
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def _stem(text: str, ending: re.Pattern[str]) -> str:
    """The heading without that ending; empty where it ends otherwise, or is only it."""
    key = _key(text)
    return key[: match.start()] if (match := ending.search(key)) else ""


# ---- the choice ---------------------------------------------------------------


def check_mapping(
    mapping: Mapping[str, str], headings: Sequence[str], rules: Rules
) -> dict[str, str]:
    """The mapping without blanks, in the order of the fields.

    Raises BusinessRuleError, by key, for all that is wrong with it: a required field
    without a column, a heading that the file lacks or has twice, two fields in one
    column, a key that is none of ours.
    """
    fields = fields_of(rules)
    errors = _unknown_keys(mapping, fields)
    taken: dict[str, Field] = {}
    for field in fields:
        heading = mapping.get(field.key) or ""
        if problem := _problem(field, heading, headings, taken):
            errors[field.key] = [problem]
        elif heading:
            taken[heading] = field
    if errors:
        raise BusinessRuleError(errors=errors)
    return {field.key: heading for heading, field in taken.items()}


def _problem(
    field: Field, heading: str, headings: Sequence[str], taken: Mapping[str, Field]
) -> str:
    """Why the field cannot be read from that column; empty if it can."""
    words = {"field": field.label, "heading": heading}
    if not heading:
        if not field.is_required:
            return ""
        return _("Choose the column that holds “%(field)s”.") % words
    count = headings.count(heading)
    if count == 0:
        return _("The file has no column “%(heading)s”.") % words
    if count > 1:
        return (
            _(
                "The file has more than one column “%(heading)s”. Give them different"
                " headings."
            )
            % words
        )
    if heading in taken:
        message = _(
            "The column “%(heading)s” is chosen for “%(other)s” already. Choose"
            " another one."
        )
        return message % {**words, "other": taken[heading].label}
    return ""


def _unknown_keys(
    mapping: Mapping[str, str], fields: Iterable[Field]
) -> dict[str, list[str]]:
    known = {field.key for field in fields}
    return {
        key: [_("The mapping names “%(key)s”, which is no field.") % {"key": key}]
        for key in mapping
        if key not in known
    }
