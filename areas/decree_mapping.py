"""What a new decree made of each line of the one it supersedes: proposal and rules.

A mapping is a list of steps from an old line to a new one. Each line stands in one
change only: a split has one old line and several new ones, a merger several old ones
and one new. Whatever is more tangled is removed and new, so that the hectares of every
change are exact and all of them add up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from areas.models import Decree, DecreeLine
from areas.models.succession import LineChange

Errors = dict[str, list[str]]
ONE_SIDED = frozenset({LineChange.NEW, LineChange.REMOVED})
ONE_TO_ONE = frozenset({LineChange.SAME, LineChange.CORRECTED})


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One step: `removed` has no new line, `new` no old one."""

    old: DecreeLine | None
    new: DecreeLine | None
    kind: str
    note: str = ""

    @property
    def key(self) -> tuple[int | None, int | None]:
        """Which lines it is about."""
        return (self.old.pk if self.old else None, self.new.pk if self.new else None)


def lines_of(decree: Decree | None) -> list[DecreeLine]:
    """The lines of a decree with area and corrected hectares, in the order of lists."""
    if decree is None:
        return []
    lines = decree.lines.select_related("area__regency", "sum", "decree")
    return list(lines.order_by("area__regency_id", "area__name", "pk"))


def propose_mapping(decree: Decree) -> list[MappingRow]:
    """What the areas themselves say: the same area in both decrees, or in one only.

    A split or a merger is for a person to say.
    """
    return propose(lines_of(decree.supersedes), lines_of(decree))


def propose(old: Iterable[DecreeLine], new: Iterable[DecreeLine]) -> list[MappingRow]:
    """The proposal for these lines: pairs of one area first, then what is left."""
    later = {line.area_id: line for line in new}
    rows = []
    for line in old:
        found = later.pop(line.area_id, None)
        rows.append(MappingRow(line, found, pair_kind(line, found)))
    return rows + [MappingRow(None, line, LineChange.NEW) for line in later.values()]


def pair_kind(old: DecreeLine | None, new: DecreeLine | None) -> LineChange:
    """What became of a line that stands alone on its side."""
    if old is None:
        return LineChange.NEW
    if new is None:
        return LineChange.REMOVED
    if old.hectares_now == new.hectares_now:
        return LineChange.SAME
    return LineChange.CORRECTED


def rows_of_pairs(
    pairs: Iterable[tuple[DecreeLine | None, DecreeLine | None]],
) -> list[MappingRow]:
    """Rows with the kind that follows from how many lines meet."""
    pairs = list(pairs)
    from_old = Counter(old.pk for old, new in pairs if old and new)
    into_new = Counter(new.pk for old, new in pairs if old and new)

    def kind_of(old: DecreeLine | None, new: DecreeLine | None) -> LineChange:
        if old and new and from_old[old.pk] > 1:
            return LineChange.SPLIT
        if old and new and into_new[new.pk] > 1:
            return LineChange.MERGED
        return pair_kind(old, new)

    return [MappingRow(old, new, kind_of(old, new)) for old, new in pairs]


def stored_rows(
    decree: Decree, old: Iterable[DecreeLine], new: Iterable[DecreeLine]
) -> list[MappingRow]:
    """The mapping as it was confirmed; a line of another decree stays a bare key."""
    known = {line.pk: line for line in (*old, *new)}

    def line(key: int | None) -> DecreeLine | None:
        return None if key is None else known.get(key) or DecreeLine(pk=key)

    return [
        MappingRow(line(row.old_line_id), line(row.new_line_id), row.kind, row.note)
        for row in decree.successions.all()
    ]


def mapping_problems(
    rows: Sequence[MappingRow],
    old: Sequence[DecreeLine],
    new: Sequence[DecreeLine],
) -> Errors:
    """What is wrong with a mapping of these lines, all at once.

    Errors stand under `old.<key>` and `new.<key>` of the lines, or under `mapping`.
    """
    errors: Errors = defaultdict(list)
    old_keys = {line.pk for line in old}
    new_keys = {line.pk for line in new}
    strange = [row for row in rows if not _is_known(row, old_keys, new_keys)]
    if strange:
        errors["mapping"].append(
            _("A line of another decree is named. Choose lines of these two decrees.")
        )
    if len({row.key for row in rows}) < len(rows):
        errors["mapping"].append(_("The same two lines are named twice."))
    known = [row for row in rows if row not in strange]
    for row in known:
        _check_sides(row, errors)
    _check_groups(known, errors)
    _check_all_named(known, old, new, errors)
    return dict(errors)


def present_mapping(
    decree: Decree, old: Sequence[DecreeLine], new: Sequence[DecreeLine]
) -> tuple[list[MappingRow], bool]:
    """The mapping as far as it was confirmed, the proposal for all other lines.

    The second value says whether all of it is confirmed.
    """
    stored = stored_rows(decree, old, new)
    if not mapping_problems(stored, old, new):
        return stored, True
    keys = {line.pk for line in (*old, *new)}
    kept = [row for row in stored if {key for key in row.key if key} <= keys]
    named = {key for row in kept for key in row.key if key}
    rest = propose(
        [line for line in old if line.pk not in named],
        [line for line in new if line.pk not in named],
    )
    return kept + rest, False


def is_complete(decree: Decree) -> bool:
    """Whether a confirmed mapping names every line of both decrees, by the rules."""
    old, new = lines_of(decree.supersedes), lines_of(decree)
    return not mapping_problems(stored_rows(decree, old, new), old, new)


def _is_known(row: MappingRow, old: set[int], new: set[int]) -> bool:
    return (row.old is None or row.old.pk in old) and (
        row.new is None or row.new.pk in new
    )


def _check_sides(row: MappingRow, errors: Errors) -> None:
    """The kind agrees with which lines are there, and with their hectares."""
    place = "mapping"
    if line := row.new or row.old:
        place = f"{'new' if row.new else 'old'}.{line.pk}"
    label = LineChange(row.kind).label
    if row.kind in ONE_SIDED:
        wanted = (row.kind == LineChange.REMOVED, row.kind == LineChange.NEW)
        if (row.old is not None, row.new is not None) != wanted:
            errors[place].append(
                _("“%(kind)s” has a line on one side only.") % {"kind": label}
            )
    elif row.old is None or row.new is None:
        errors[place].append(
            _("“%(kind)s” needs a line of each decree.") % {"kind": label}
        )
    elif row.kind in ONE_TO_ONE and row.kind != pair_kind(row.old, row.new):
        errors[place].append(_wrong_pair(row.kind, row.new))


def _wrong_pair(kind: str, new: DecreeLine) -> str:
    text = (
        _("%(area)s: the hectares differ, so the area is corrected, not unchanged.")
        if kind == LineChange.SAME
        else _("%(area)s: the hectares are equal, so it is unchanged, not corrected.")
    )
    return text % {"area": new.area}


def _check_groups(rows: Iterable[MappingRow], errors: Errors) -> None:
    """Splits and mergers have their lines, and no line stands in two changes."""
    pairs = [(row.kind, row.old, row.new) for row in rows if row.old and row.new]
    heirs = Counter(old.pk for _kind, old, _new in pairs)
    origins = Counter(new.pk for _kind, _old, new in pairs)
    for kind, old, new in pairs:
        side, text = _group_problem(kind, heirs[old.pk], origins[new.pk])
        if text:
            line = old if side == "old" else new
            _once(errors, f"{side}.{line.pk}", text % {"area": line.area})


def _group_problem(kind: str, heirs: int, origins: int) -> tuple[str, str]:
    """At which side the sentence stands, and the sentence; empty where all is well."""
    if heirs > 1 and origins > 1:
        return "old", _(
            "%(area)s is split and merged at once. Say removed and new instead, so that"
            " the hectares stay clear."
        )
    if kind == LineChange.SPLIT and heirs < 2:
        return "old", _("%(area)s: a split needs at least two new lines.")
    if kind == LineChange.MERGED and origins < 2:
        return "new", _("%(area)s: a merger needs at least two old lines.")
    if heirs > 1 and kind != LineChange.SPLIT:
        return "old", _("%(area)s has several successors, so all of them are a split.")
    if origins > 1 and kind != LineChange.MERGED:
        return "new", _("%(area)s comes from several lines, so all are a merger.")
    return "", ""


def _check_all_named(
    rows: Sequence[MappingRow],
    old: Iterable[DecreeLine],
    new: Iterable[DecreeLine],
    errors: Errors,
) -> None:
    """Every line of both decrees is named; one that is gone or new stands alone."""
    olds = Counter(row.old.pk for row in rows if row.old)
    news = Counter(row.new.pk for row in rows if row.new)
    gone = {row.key[0] for row in rows if row.kind == LineChange.REMOVED}
    fresh = {row.key[1] for row in rows if row.kind == LineChange.NEW}
    for line in old:
        if not olds[line.pk]:
            text = _("%(area)s: say what became of it.")
            _once(errors, f"old.{line.pk}", text % {"area": line.area})
        elif line.pk in gone and olds[line.pk] > 1:
            text = _("%(area)s is removed, but named elsewhere as well.")
            _once(errors, f"old.{line.pk}", text % {"area": line.area})
    for line in new:
        if not news[line.pk]:
            text = _("%(area)s: say where it comes from.")
            _once(errors, f"new.{line.pk}", text % {"area": line.area})
        elif line.pk in fresh and news[line.pk] > 1:
            text = _("%(area)s is new, but named elsewhere as well.")
            _once(errors, f"new.{line.pk}", text % {"area": line.area})


def _once(errors: Errors, place: str, sentence: str) -> None:
    if sentence not in errors[place]:
        errors[place].append(sentence)
