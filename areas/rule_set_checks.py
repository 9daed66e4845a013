"""What must hold before a rule set is published: rules in, sentences out.

A draft may be anything that the rows allow, so nothing here trusts a result to be a
number or a known code.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise, product

from django.utils.translation import gettext as _

from areas.severity import Bound, Decision, Level, Rules, Scale, Severity
from core.numbers import format_decimal

CLASSES = (Severity.HEAVY, Severity.MODERATE, Severity.LIGHT)
LEVELS = (Level.HIGH, Level.MEDIUM)
LEGAL = "legal"
FULL = Decimal(100)
POSITIVE_ANSWERS = 2
SCORED = (Scale.DENSITY, Scale.STRATEGIC, Scale.SOCIAL)


def check_rules(rules: Rules) -> dict[str, list[str]]:
    """Everything that keeps these rules from being published; empty when nothing does.

    Keys are `aspects`, `indicators`, `scales.<scale>` and `decisions`.
    """
    found = {
        "aspects": list(_aspects(rules)),
        "indicators": list(_indicators(rules)),
        **{f"scales.{scale}": list(_scale(rules, scale)) for scale in Scale},
        "decisions": list(_decisions(rules.decisions)),
    }
    return {field: sentences for field, sentences in found.items() if sentences}


def is_score(text: str) -> bool:
    """Whether a result is a score: a whole number from 0."""
    return text.isascii() and text.isdecimal()


def _aspects(rules: Rules) -> Iterator[str]:
    if not rules.aspects:
        yield _("There is no aspect yet. Add at least one.")
    used = {row.aspect for row in rules.indicators}
    for aspect in rules.aspects:
        if aspect.code not in used:
            yield _(
                "Aspect %(code)s has no indicator. Add one, or remove the aspect."
            ) % {"code": aspect.code}
    yield from _repeated(row.code for row in rules.aspects)


def _indicators(rules: Rules) -> Iterator[str]:
    if not rules.indicators:
        yield _("There is no indicator yet. Add at least one.")
    known = {aspect.code for aspect in rules.aspects}
    for row in rules.indicators:
        if row.aspect not in known:
            yield _(
                "Indicator %(code)s names the aspect “%(aspect)s”, which is not there."
            ) % {"code": row.code, "aspect": row.aspect}
    yield from _repeated(row.code for row in rules.indicators)
    yield from _repeated(row.measure for row in rules.indicators)


def _scale(rules: Rules, scale: Scale) -> Iterator[str]:
    """The bounds of one scale, highest first as `Rules` has them."""
    bounds = rules.scales.get(scale, ())
    if not bounds:
        yield _("The scale “%(scale)s” has no bound.") % {"scale": scale.label}
        return
    for lowest, number in Counter(bound.lowest for bound in bounds).items():
        if number > 1:
            yield _("The scale “%(scale)s” has the bound %(lowest)s twice.") % {
                "scale": scale.label,
                "lowest": _plain(lowest),
            }
    yield from CHECKS[scale](scale, bounds, rules)


def _score_bands(
    scale: Scale, bounds: tuple[Bound, ...], rules: Rules
) -> Iterator[str]:
    unread = list(_scores(scale, bounds, rules))
    yield from unread
    if bounds[0].lowest > FULL:
        yield _("The highest band begins at %(lowest)s %%, above 100 %%.") % {
            "lowest": _plain(bounds[0].lowest)
        }
    if unread:
        return
    for above, below in pairwise(bounds):
        if int(above.result) <= int(below.result):
            yield _(
                "From %(higher)s on the score is %(more)s, from %(lower)s on it is"
                " %(less)s: a higher percentage needs a higher score."
            ) % {
                "higher": _plain(above.lowest),
                "more": above.result,
                "lower": _plain(below.lowest),
                "less": below.result,
            }


def _classes(scale: Scale, bounds: tuple[Bound, ...], rules: Rules) -> Iterator[str]:
    if tuple(bound.result for bound in bounds) != CLASSES:
        yield _(
            "The class bounds must be heavy, moderate and light, each once, from the"
            " highest total down."
        )
    yield from _whole(scale, bounds)
    highest = _max_total(rules)
    for bound in bounds:
        if highest is not None and bound.lowest > highest:
            yield _(
                "The class from %(lowest)s on can never be reached: the highest total"
                " is %(highest)s."
            ) % {"lowest": _plain(bound.lowest), "highest": highest}
        if not bound.lowest:
            yield _("A class cannot begin at 0: nothing would be “not slum”.")


def _scores(scale: Scale, bounds: tuple[Bound, ...], rules: Rules) -> Iterator[str]:
    for bound in bounds:
        if not is_score(bound.result):
            yield _(
                "In “%(scale)s” the result “%(result)s” is no score. Write a whole"
                " number from 0."
            ) % {"scale": scale.label, "result": bound.result}


def _levels(scale: Scale, bounds: tuple[Bound, ...], rules: Rules) -> Iterator[str]:
    if tuple(bound.result for bound in bounds) != LEVELS:
        yield _(
            "The bounds of the considerations must be high and medium, each once, from"
            " the highest sum down."
        )
    yield from _whole(scale, bounds)


def _legality(scale: Scale, bounds: tuple[Bound, ...], rules: Rules) -> Iterator[str]:
    if [bound.result for bound in bounds] != [LEGAL]:
        yield _("The scale of the land has one bound, with the result “legal”.")
    yield from _whole(scale, bounds)
    if bounds[0].lowest > POSITIVE_ANSWERS:
        yield _(
            "Land is judged by 2 answers: it can never be legal from %(lowest)s on."
        ) % {"lowest": _plain(bounds[0].lowest)}


def _whole(scale: Scale, bounds: tuple[Bound, ...]) -> Iterator[str]:
    for bound in bounds:
        if bound.lowest != bound.lowest.to_integral_value():
            yield _("In “%(scale)s” the bound %(lowest)s must be a whole number.") % {
                "scale": scale.label,
                "lowest": _plain(bound.lowest),
            }


Check = Callable[[Scale, tuple[Bound, ...], Rules], Iterable[str]]
CHECKS: Mapping[Scale, Check] = {
    Scale.SCORE: _score_bands,
    Scale.SEVERITY: _classes,
    Scale.CONSIDERATION: _levels,
    Scale.LEGALITY: _legality,
    **dict.fromkeys(SCORED, _scores),
}


def _decisions(decisions: Iterable[Decision]) -> Iterator[str]:
    """One row for every severity, level and state of the land: 18."""
    rows = list(decisions)
    found = Counter((row.severity, row.consideration, row.is_legal) for row in rows)
    for key in product(CLASSES, Level, (True, False)):
        if key not in found:
            yield _("The decision table lacks the row %(row)s.") % {"row": _row(*key)}
    for key, number in found.items():
        if number > 1:
            yield _("The decision table has the row %(row)s twice.") % {
                "row": _row(*key)
            }
        if key[0] not in CLASSES:
            yield _(
                "The decision table has the row %(row)s, but what is not slum is not"
                " handled. Remove it."
            ) % {"row": _row(*key)}
    yield from _repeated(row.code for row in rows)


def _row(severity: Severity, level: Level, is_legal: bool) -> str:
    land = _("legal") if is_legal else _("not legal")
    return f"“{Severity(severity).label} / {Level(level).label} / {land}”"


def _repeated(codes: Iterable[str]) -> Iterator[str]:
    for code, number in Counter(codes).items():
        if number > 1:
            yield _("“%(code)s” is used twice. Give each row its own.") % {"code": code}


def _max_total(rules: Rules) -> int | None:
    """The highest total; None where the bands do not tell it."""
    scores = [bound.result for bound in rules.scales.get(Scale.SCORE, ())]
    if not scores or not all(map(is_score, scores)):
        return None
    return len(rules.indicators) * max(map(int, scores))


def _plain(value: Decimal) -> str:
    return format_decimal(value, None)
