"""Which kelurahan/desa a row means; the nearest ones where there is no such code."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from difflib import SequenceMatcher
from heapq import nlargest
from os.path import commonprefix
from typing import Any

from django.utils.translation import gettext as _

from agencies.access import scope_of
from agencies.models import Region
from agencies.village_codes import code_problem
from areas.models import Decree
from areas.survey.columns import VILLAGE
from areas.survey.staging import StagedRows
from core.spreadsheets import Problems

NEAREST = 3
SUGGESTIONS = 50  # different codes with a suggestion: each compares all villages


class VillageFinder:
    """The villages of a file, found with two queries at most."""

    def __init__(self, decree: Decree, by: Any, problems: Problems) -> None:
        """`by=None` stands for whoever sees everything."""
        self.decree = decree
        self.problems = problems
        scope = scope_of(by) if by else None
        self.in_scope: Callable[[str], bool] = lambda code: (
            scope is None or scope.everything or _lies_in(code, scope.regions)
        )
        self.found: dict[str, Region] = {}
        self.sentences: dict[str, str] = {}

    def find(self, staged: StagedRows) -> None:
        """Look up the villages of the rows; note at its cell what is wrong."""
        codes = staged.village_codes()
        known = Region.objects.filter(code__in=codes, level=Region.Level.VILLAGE)
        related = known.select_related("parent__parent", "replaced_by")
        villages = related.in_bulk()
        candidates = list(self._all()) if set(codes) - set(villages) else []
        for code in codes:
            sentence = self._problem(code, villages.get(code), candidates)
            self.sentences[code] = sentence
            if not sentence:
                self.found[code] = villages[code]
        refused = [code for code, sentence in self.sentences.items() if sentence]
        if refused:
            for number, code in staged.rows_of_villages(refused):
                self.problems.add(number, VILLAGE, self.sentences[code])
        self._refuse_ended(staged)

    def _refuse_ended(self, staged: StagedRows) -> None:
        """Rows whose code did not exist on the day of their survey."""
        limited = [
            code
            for code, village in self.found.items()
            if village.valid_from or village.valid_until
        ]
        said: dict[tuple[str, date], str] = {}
        for number, code, day in staged.days_of_villages(limited) if limited else ():
            if (code, day) not in said:
                said[code, day] = code_problem(self.found[code], day)
            if problem := said[code, day]:
                self.problems.add(number, VILLAGE, problem)

    def _all(self) -> Iterable[Region]:
        """The villages that can be meant: those of the decree that one sees."""
        within = Region.objects.within(self.decree.region_id)
        villages = within.filter(level=Region.Level.VILLAGE).select_related("parent")
        return (village for village in villages if self.in_scope(village.code))

    def _problem(
        self, code: str, village: Region | None, candidates: Collection[Region]
    ) -> str:
        """Why this code is refused; empty if it is not."""
        if village is None:
            return self._unknown(code, candidates)
        regency = regency_of(village)
        if not _lies_in(code, [self.decree.region_id]):
            return _(
                "%(village)s lies in %(regency)s, but decree %(decree)s is about"
                " %(region)s."
            ) % {
                "village": village.name,
                "regency": regency.name,
                "decree": self.decree.number,
                "region": self.decree.region.name,
            }
        if not self.in_scope(code):
            return _(
                "%(village)s lies in %(regency)s, outside the region that you work for."
            ) % {"village": village.name, "regency": regency.name}
        return ""

    def _unknown(self, text: str, candidates: Collection[Region]) -> str:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        if not candidates:
            message = _(
                "There is no village of %(region)s yet. Load the regions first"
                " (script/manage load_regions)."
            )
            return message % {"region": self.decree.region.name}
        message = _("There is no village with the code “%(text)s”.") % {"text": shown}
        if len(self.sentences) >= SUGGESTIONS:
            return message
        near = [
            f"{village.code} {village.name} ({village.parent.name})"
            for village in nearest(shown, candidates)
            if village.parent
        ]
        hint = _("Nearest: %(villages)s.") % {"villages": "; ".join(near)}
        return f"{message} {hint}"


def nearest(text: str, villages: Iterable[Region]) -> list[Region]:
    """The three villages whose code or name is most like `text`, the best first.

    Of those equally alike the ones in the same regency or district come first.
    """
    matcher = SequenceMatcher(b=_plain(text), autojunk=False)

    def likeness(village: Region) -> tuple[float, int]:
        ratios = []
        for own in (village.code, _plain(village.name)):
            matcher.set_seq1(own)
            ratios.append(matcher.ratio())
        return max(ratios), len(commonprefix((village.code, text)))

    return nlargest(NEAREST, villages, key=likeness)


def regency_of(village: Region) -> Region:
    """The kabupaten/kota of a village; its parents are loaded."""
    district = village.parent
    if district is None or district.parent is None:
        raise ValueError(f"{village.code} has no regency")
    return district.parent


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def _lies_in(code: str, regions: Iterable[str]) -> bool:
    return any(code == region or code.startswith(f"{region}.") for region in regions)
