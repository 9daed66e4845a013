"""The preview of an import as tables: its areas, and what is wrong with the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from areas.survey.plan import AreaSummary, Change, ChangedUnit, Effect
from areas.tables import severity_badge
from core.decimal_marks import RowRuns
from core.html import chip
from core.numbers import format_decimal
from core.spreadsheets import Problem
from core.tables import Column

SHOWN = 500  # groups of problems, or areas, on a page; the command prints them all


@dataclass
class ProblemGroup:
    """The same sentence about the same column, at all rows where it holds."""

    column: str
    letter: str
    message: str
    rows: list[int] = field(default_factory=list)

    @property
    def place(self) -> str:
        """`Q7`, or the rows: `2–81, 90`; the file as a whole has none."""
        if not self.rows:
            return _("whole file")
        if len(self.rows) == 1 and self.letter:
            return f"{self.letter}{self.rows[0]}"
        return _("rows %(rows)s") % {"rows": row_ranges(self.rows)}

    @property
    def heading(self) -> str:
        return self.column or "–"


def group_problems(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Problems that say the same become one line, in the order of their first rows."""
    groups: dict[tuple[str, str], ProblemGroup] = {}
    for problem in problems:
        group = groups.setdefault(
            (problem.column, problem.message),
            ProblemGroup(problem.column, problem.letter, problem.message),
        )
        if problem.row:
            group.rows.append(problem.row)
    return list(groups.values())


def row_ranges(rows: Sequence[int]) -> str:
    """`2–81, 90` for all of 2 to 81, and 90; no line breaks inside a range."""
    runs = RowRuns(most=len(rows))
    for row in sorted(set(rows)):
        runs.add(row)
    return str(runs)


def unit_counts(area: AreaSummary) -> str:
    """`3 new · 5 the same`."""
    texts = {
        Effect.NEW: _("%(count)s new"),
        Effect.CHANGED: _("%(count)s changed"),
        Effect.SAME: _("%(count)s the same"),
    }
    counts = area.effects
    return " · ".join(
        text % {"count": counts[effect]}
        for effect, text in texts.items()
        if counts[effect]
    )


def area_name(area: AreaSummary) -> SafeString:
    marks = [
        chip(_("new area"), "info") if area.is_new else "",
        chip(_("area as a whole (weaker)"), "warn") if area.is_whole else "",
    ]
    return format_html("{} {} {}", area.name, *marks)


def score(area: AreaSummary) -> SafeString:
    badge = severity_badge(area.severity)
    return format_html('<span class="nowrap">{} {}</span>', area.total, badge)


def survey_effect(area: AreaSummary) -> SafeString:
    if area.is_stored:
        return chip(_("stored already"), "off")
    return chip(_("will be submitted"), "ok")


def change_text(change: Change) -> str:
    """`luas_ha 1,2 → 1,25`."""
    old = "–" if change.old is None else format_decimal(change.old, None)
    return f"{change.heading} {old} → {format_decimal(change.new, None)}"


def unit_changes(unit: ChangedUnit) -> str:
    return "; ".join(map(change_text, unit.changes))


AREA_COLUMNS = (
    Column(gettext_lazy("Area"), area_name, kind="html", note="regency", full=True),
    Column(gettext_lazy("RT"), unit_counts, css="half"),
    Column(
        gettext_lazy("Area of the RT"),
        "hectares",
        kind="hectares",
        unit="ha",
        css="half",
    ),
    Column(gettext_lazy("Survey date"), "surveyed_on", kind="date", css="half"),
    Column(gettext_lazy("Score"), score, kind="html", css="half"),
    Column(gettext_lazy("Assessment"), survey_effect, kind="html", css="half"),
)
PROBLEM_COLUMNS = (
    Column(gettext_lazy("Where"), "place"),
    Column(gettext_lazy("Column"), "heading", css="half"),
    Column(gettext_lazy("What is wrong"), "message", full=True),
)
CHANGE_COLUMNS = (
    Column(gettext_lazy("RT"), "rt_rw"),
    Column(gettext_lazy("Row"), "number", css="half"),
    Column(gettext_lazy("What changes"), unit_changes, full=True),
)
