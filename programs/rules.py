"""What activities, report lines and verifications may hold: values in, sentences out.

Nothing here asks the database. A problem is refused; a warning is shown and accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from areas.rules import Rules
from areas.volume_checks import unknown
from core import html
from core.numbers import format_decimal, rounded

ZERO = Decimal(0)
HUNDRED = Decimal(100)
SHOWN_PLACES = 2
BEHIND_PLAN = Decimal(10)
OTHER = "other"
Problems = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineValues:
    """One line as it was filled in; None is "not filled in", which is not zero.

    Percent is 0–100 at the period's end, actual and as the schedule has it; `spent`
    (Rp) and `volume` (in the activity's unit) are what this period added. A line is of
    money only where another agency does the work that this office pays for.
    """

    physical_percent: Decimal | None = None
    planned_percent: Decimal | None = None
    spent: Decimal | None = None
    volume: Decimal | None = None
    is_nil: bool = False
    obstacle: str = ""
    help_needed: str = ""
    note: str = ""
    is_money_only: bool = False

    @property
    def figures(self) -> tuple[Decimal | None, ...]:
        return (self.volume, self.physical_percent, self.planned_percent, self.spent)

    @property
    def deviation(self) -> Decimal | None:
        """Actual less planned progress, in points; negative is behind the plan."""
        if self.physical_percent is None or self.planned_percent is None:
            return None
        return self.physical_percent - self.planned_percent


def activity_problems(
    *,
    indicator: str,
    volume: Decimal | None,
    budget: Decimal | None,
    rules: Rules,
) -> Problems:
    """Why an activity of these values is refused, by field."""
    problems: Problems = {}
    if not_known := unknown([indicator], rules):
        problems["indicator"] = not_known[indicator][0]
    if volume is None or volume <= 0:
        problems["volume"] = _("The volume must be above 0.")
    if budget is not None and budget < 0:
        problems["budget"] = _("The value cannot be negative.")
    return problems


def line_problems(line: LineValues, *, has_units: bool) -> Problems:
    """Why these figures are refused even in a draft, by field."""
    problems: Problems = {}
    for name in ("physical_percent", "planned_percent"):
        percent = getattr(line, name)
        if percent is not None and not ZERO <= percent <= HUNDRED:
            problems[name] = _("Physical progress is between 0 and 100 %.")
    if line.spent is not None and line.spent < 0:
        problems["spent"] = _("Money cannot be negative. Write what this period added.")
    if line.volume is not None and line.volume < 0:
        problems["volume"] = _(
            "The volume cannot be negative. Write what this period added."
        )
    if line.is_money_only:
        problems |= _not_money(line, has_units=has_units)
    if line.is_nil and (has_units or any(f is not None for f in line.figures)):
        problems["is_nil"] = _(
            "The line is marked nil but has figures. Clear them, or take the mark off."
        )
    return problems


def _not_money(line: LineValues, *, has_units: bool) -> Problems:
    sentence = _(
        "Another agency carries this activity out and reports the work. Fill in only"
        " the money that your office pays."
    )
    work = ("volume", "physical_percent", "planned_percent")
    problems = {name: sentence for name in work if getattr(line, name) is not None}
    return problems or ({"volume": sentence} if has_units else {})


def missing_in(line: LineValues) -> Problems:
    """What a line still lacks before its report can be submitted, by field.

    Work that is more than `BEHIND_PLAN` points behind its schedule names what holds it
    up; "other" obstacles are put into words.
    """
    if line.is_nil:
        return {} if line.note.strip() else {"note": _("say why it is nil")}
    missing: Problems = {}
    if line.is_money_only:
        if line.spent is None:
            missing["spent"] = _("money spent; write 0 if none was")
        return missing
    if line.volume is None:
        missing["volume"] = _("volume done; write 0 if none was added")
    if line.physical_percent is None:
        missing["physical_percent"] = _("physical progress")
    if line.spent is None:
        missing["spent"] = _("money spent; write 0 if none was")
    deviation = line.deviation
    if deviation is not None and deviation < -BEHIND_PLAN and not line.obstacle:
        missing["obstacle"] = _("what holds it up: it is %(points)s points behind") % {
            "points": _figure(-deviation)
        }
    if line.obstacle == OTHER and not line.note.strip():
        missing["note"] = _("say what the obstacle is")
    return missing


def whole_as_shown(typed: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """The whole RT where someone typed the figure that pages show of it.

    Pages show 2 decimals: an RT of 0.848808 ha reads 0,85, and who types 0,85 means
    the RT, neither more nor less than it.
    """
    if typed is None or whole is None or typed == 0:
        return typed
    return whole if typed == rounded(whole, SHOWN_PLACES) else typed


def unit_problems(
    hectares: Decimal | None, *, whole: Decimal | None, is_rt: bool, reason: str
) -> Problems:
    """Why the reported hectares of a unit are refused, by field.

    `whole` is the RT's hectares, or the decree's for an area without RT (None where
    no decree is in force). Blank means that the unit is not finished.
    """
    explained = bool(reason.strip())
    if hectares is None:
        if not explained:
            return {}
        return {
            "hectares": _(
                "There is a reason without hectares. Write 0 where work was done but"
                " nothing is finished, or clear the reason."
            )
        }
    if hectares < 0:
        return {"hectares": _("Hectares cannot be negative.")}
    if whole is not None and hectares > whole:
        return {"hectares": _too_much(hectares, whole)}
    is_less = is_rt and whole is not None and hectares < whole
    if (is_less or hectares == 0) and not explained:
        return {"reason": _less(hectares, whole)}
    return {}


def decision_problems(verified: Decimal, *, reported: Decimal, reason: str) -> Problems:
    """Why a verifier's decision on a unit is refused, by field."""
    if verified < 0:
        return {"verified": _("Hectares cannot be negative.")}
    if verified > reported:
        return {
            "verified": _(
                "%(verified)s ha is more than was reported: %(reported)s ha. Return the"
                " report if more was finished."
            )
            % {"verified": _figure(verified), "reported": _figure(reported)}
        }
    if verified < reported and not reason.strip():
        return {"reason": _("Say why less is verified than was reported.")}
    return {}


def verification_problems(
    *,
    method: str,
    visited_on: date | None,
    since: date,
    today: date,
    facts: Mapping[str, str],
) -> Problems:
    """Why the facts of a verification are refused; `facts` are its texts by field.

    A field visit has a date, officers and a berita acara; a desk check has no visit.
    Nobody can have seen the work of a period before `since`, its first day.
    """
    problems: Problems = {}
    if method not in ("desk", "field"):
        problems["method"] = _("Say how it was verified: at the desk or by a visit.")
    if method == "desk" and visited_on is not None:
        problems["visited_on"] = _(
            "A desk check has no visit. Clear the date, or choose the field visit."
        )
    if method != "field":
        return problems
    if visited_on is None:
        problems["visited_on"] = _("Fill in the date of the visit.")
    elif visited_on > today:
        problems["visited_on"] = _("The visit lies in the future.")
    elif visited_on < since:
        problems["visited_on"] = _(
            "The visit of %(date)s lies before the period began on %(since)s."
        ) % {"date": html.day(visited_on), "since": html.day(since)}
    if not facts.get("officers", "").strip():
        problems["officers"] = _("Name the officers who went there.")
    if not facts.get("minutes_number", "").strip():
        problems["minutes_number"] = _(
            "Fill in the number of the verification minutes (berita acara)."
        )
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What earlier reports said of an activity: sums, and the last percentage."""

    volume: Decimal = ZERO
    spent: Decimal = ZERO
    physical_percent: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an activity's figures are held against; None where it is not known.

    `baseline` is the survey's volume of the indicator in the activity's RT.
    """

    volume: Decimal
    unit: str
    indicator: str
    budget: Decimal | None = None
    baseline: Decimal | None = None
    surveyed_on: date | None = None


def line_warnings(line: LineValues, before: Before, limits: Limits) -> list[str]:
    """What a reader should know about a line; nothing of it is refused."""
    found = [
        _above_contract(before.volume, line.volume, limits),
        _above_value(before.spent, line.spent, limits.budget),
        _falling(before.physical_percent, line.physical_percent),
        baseline_warning(limits),
    ]
    return [sentence for sentence in found if sentence]


def baseline_warning(limits: Limits) -> str:
    """Said where an activity does more than the survey found lacking; else empty."""
    if limits.baseline is None or limits.volume <= limits.baseline:
        return ""
    return _(
        "The activity's volume, %(volume)s %(unit)s, is above the %(baseline)s %(unit)s"
        " that the assessment of %(date)s found for indicator %(indicator)s in these"
        " RT."
    ) % {
        "volume": _figure(limits.volume),
        "unit": limits.unit,
        "baseline": _figure(limits.baseline),
        "date": html.day(limits.surveyed_on),
        "indicator": limits.indicator,
    }


def _above_contract(before: Decimal, added: Decimal | None, limits: Limits) -> str:
    total = before + (added or ZERO)
    if not added or total <= limits.volume:
        return ""
    return _(
        "%(before)s + %(added)s = %(total)s %(unit)s, more than the activity's"
        " %(limit)s %(unit)s (%(excess)s %(unit)s more)."
    ) % {
        "before": _figure(before),
        "added": _figure(added),
        "total": _figure(total),
        "limit": _figure(limits.volume),
        "excess": _figure(total - limits.volume),
        "unit": limits.unit,
    }


def _above_value(before: Decimal, added: Decimal | None, budget: Decimal | None) -> str:
    total = before + (added or ZERO)
    if not added or budget is None or total <= budget:
        return ""
    return _("Rp %(total)s spent, more than the activity's value of Rp %(limit)s.") % {
        "total": _figure(total),
        "limit": _figure(budget),
    }


def _falling(before: Decimal | None, now: Decimal | None) -> str:
    if before is None or now is None or now >= before:
        return ""
    return _("Physical progress falls from %(before)s to %(now)s per cent.") % {
        "before": _figure(before),
        "now": _figure(now),
    }


def _too_much(hectares: Decimal, whole: Decimal) -> str:
    return _(
        "%(hectares)s ha is more than there is: %(whole)s ha. Write at most that."
    ) % {
        "hectares": _figure(hectares),
        "whole": _figure(whole),
    }


def _less(hectares: Decimal, whole: Decimal | None) -> str:
    if hectares == 0:
        return _("Say why 0 ha: work was done here, but nothing is finished.")
    return _("%(hectares)s of %(whole)s ha: say why not the whole RT.") % {
        "hectares": _figure(hectares),
        "whole": _figure(whole),
    }


def _figure(value: Any) -> str:
    return format_decimal(value, None)
