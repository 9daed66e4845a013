"""What a report line built, per RT and indicator: all rows of the line at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import require
from agencies.roles import Permission
from areas.rule_sets import rules_of
from areas.services.checks import Problems, one_line
from core.fields import six_places
from programs.models import PhysicalOutput, ReportLine
from programs.outputs import MEASURES, is_blank, output_problems, places_of
from programs.services.common import locked, require_open

Key = tuple[int | None, str]


class OutputInput(TypedDict, total=False):
    """What this period added in one RT (its key; None where the area has no RT).

    Metres, households (KK) and units; a row without any of them and without a note is
    left out.
    """

    neighbourhood: int | None
    indicator: str
    length: Decimal | None
    width: Decimal | None
    households: int | None
    units: int | None
    note: str


@transaction.atomic
def set_outputs(
    line: ReportLine, *, rows: Sequence[OutputInput], by: Any
) -> list[PhysicalOutput]:
    """The rows become the outputs of the line; what is not named is removed.

    Only while the report is open. Raises BusinessRuleError with every problem under
    `rows.<n>.<field>`, n from 0; then nothing is stored.
    """
    report = locked(line.report)
    require(by, Permission.REPORT_EDIT, agency=report.agency)
    require_open(report)
    line = report.lines.select_related("activity").get(pk=line.pk)
    problems = Problems()
    wanted = _wanted(line, rows, problems)
    if wanted and line.activity.agency_id != report.agency_id:
        problems["rows"].append(
            _("The office that carries out the work reports its output.")
        )
    if wanted and line.is_nil:
        problems["rows"].append(
            _("The line is marked nil. Take the mark off first, then add its output.")
        )
    problems.raise_any()
    _store(line, wanted)
    return list(line.outputs.select_related("neighbourhood"))


def _wanted(
    line: ReportLine, rows: Sequence[OutputInput], problems: Problems
) -> dict[Key, dict[str, Any]]:
    """The filled rows by RT and indicator; what is wrong goes to `problems`."""
    places = {unit.pk for unit in places_of(line)}
    rules = rules_of(line.activity.rule_set_id)
    found: dict[Key, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        measures = _measures(row)
        note = one_line(row.get("note", ""))
        if is_blank(**measures, note=note):
            continue
        key = (row.get("neighbourhood"), row.get("indicator", "").strip())
        refused = output_problems(
            neighbourhood=key[0],
            indicator=key[1],
            places=places,
            rules=rules,
            **measures,
        )
        if key in found and not refused:
            refused["neighbourhood"] = _(
                "This RT and indicator stand here twice. Keep one row."
            )
        for name, sentence in refused.items():
            problems[f"rows.{number}.{name}"].append(sentence)
        found[key] = {**measures, "note": note}
    return found


def _measures(row: OutputInput) -> dict[str, Any]:
    """The measures as they are stored: metres with six decimals."""
    found: dict[str, Any] = {name: row.get(name) for name in MEASURES}
    for name in ("length", "width"):
        if found[name] is not None:
            found[name] = six_places(found[name])
    return found


def _store(line: ReportLine, wanted: dict[Key, dict[str, Any]]) -> None:
    """Write what changed, and only that: the trail then tells what was done."""
    stored = {(o.neighbourhood_id, o.indicator): o for o in line.outputs.all()}
    for key, output in stored.items():
        if key not in wanted:
            output.delete()
    for key, values in wanted.items():
        kept = stored.get(key)
        if kept and all(getattr(kept, n) == v for n, v in values.items()):
            continue
        output = kept or PhysicalOutput(
            line=line, neighbourhood_id=key[0], indicator=key[1]
        )
        for name, value in values.items():
            setattr(output, name, value)
        output.save()
