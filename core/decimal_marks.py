"""Notices a column of texts in which some numbers have a comma and others a point."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.numbers import AMBIGUOUS, BLANKS, MARKED, DecimalMark
from core.sheet_problems import Problems

RUNS_SHOWN = 20
RANGE_MARK = "\u2060–\u2060"  # word joiners around the dash


@dataclass
class RowRuns:
    """Row numbers in ascending order, as ranges: it stays small for 100,000 rows."""

    most: int = RUNS_SHOWN
    runs: list[list[int]] = field(default_factory=list)
    count: int = 0

    def add(self, row: int) -> None:
        self.count += 1
        if self.runs and row <= self.runs[-1][-1] + 1:
            self.runs[-1][1:] = [row]
        elif len(self.runs) <= self.most:
            self.runs.append([row])

    @property
    def first(self) -> int:
        return self.runs[0][0]

    def __str__(self) -> str:
        """`2–81, 90`; no line breaks inside a range."""
        shown = [RANGE_MARK.join(map(str, run)) for run in self.runs[: self.most]]
        return ", ".join(shown) + (" …" if len(self.runs) > self.most else "")


@dataclass
class MarkWatch:
    """Collects which decimal mark the texts of each column can only have."""

    found: dict[str, dict[DecimalMark, RowRuns]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(RowRuns))
    )

    def note(self, heading: str, row: int, text: str) -> None:
        """Look at one cell; a text that both readings fit says nothing."""
        if mark := certain_mark(text):
            self.found[heading][mark].add(row)

    def report(self, problems: Problems) -> None:
        """One problem for each column with both, at the first row of the rarer one."""
        for heading, rows in self.found.items():
            if len(rows) < 2:
                continue
            rarer = min(rows.values(), key=lambda runs: runs.count)
            message = _(
                "The column mixes decimal marks: a comma in rows %(comma)s, a point in"
                " rows %(point)s. Use one of them in the whole column."
            ) % {"comma": rows[","], "point": rows["."]}
            problems.add(rarer.first, heading, message)


def certain_mark(text: str) -> DecimalMark | None:
    """The decimal mark of a text that can only be read in one way, if it has one."""
    body = text.strip(BLANKS).lstrip("+-\u2212")
    if not MARKED.fullmatch(body) or AMBIGUOUS.fullmatch(body):
        return None
    comma, point = body.rfind(","), body.rfind(".")
    if comma < 0 and point < 0:
        return None
    last: DecimalMark = "," if comma > point else "."
    if body.count(last) > 1:  # 1.234.567: what stands more than once is for thousands
        return "." if last == "," else ","
    return last
