"""All works on one area together: who does them, who pays, what came of them.

Several agencies and sources of money act on the same area. Drafts are shown and not
summed. Money (Rp) and hectares are what reports say, drafts of reports left out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.models import SlumArea
from programs.contracts import Contract, contract_of
from programs.models import Activity, Fund, FundingLeg, ReportLineUnit
from programs.queries import spent_by
from programs.rules import ZERO
from programs.tables import activity_chip

MIXED = ""  # the money of an agency that pays from several funds


@dataclass(frozen=True, slots=True)
class Work:
    """One activity; `spent` by the agency that reported it."""

    activity: Activity
    legs: list[FundingLeg]
    contract: Contract
    spent_by: Mapping[int, Decimal]
    verified: Decimal

    @property
    def is_summed(self) -> bool:
        return not self.activity.programme.is_draft

    @property
    def chip(self) -> SafeString:
        return activity_chip(self.activity)

    @property
    def spent(self) -> Decimal:
        return sum(self.spent_by.values(), ZERO)

    @property
    def value(self) -> Decimal | None:
        """The sum of its sources; its own value where none is named."""
        if self.legs:
            return sum((leg.amount for leg in self.legs), ZERO)
        return self.activity.budget

    @property
    def fund_names(self) -> str:
        """Its sources as words, each once; the programme's where none is named."""
        if not self.legs:
            return str(self.activity.programme.get_fund_display())
        return ", ".join(dict.fromkeys(str(leg) for leg in self.legs))

    def fund_of(self, agency: int) -> str:
        """From which fund this agency pays; MIXED where it has several here."""
        if not self.legs:
            return self.activity.programme.fund
        own = {leg.fund for leg in self.legs if leg.agency_id == agency}
        return own.pop() if len(own) == 1 else MIXED


@dataclass(slots=True)
class SumRow:
    """Sums over works: how many, their money and hectares."""

    name: str
    count: int = 0
    value: Decimal = ZERO
    spent: Decimal = ZERO
    verified: Decimal = ZERO


@dataclass(slots=True)
class YearPart:
    year: int
    works: list[Work]
    total: SumRow


@dataclass(slots=True)
class AreaWorks:
    """The works of an area by year, newest first, with their sums."""

    years: list[YearPart] = field(default_factory=list)
    by_fund: list[SumRow] = field(default_factory=list)
    by_agency: list[SumRow] = field(default_factory=list)
    total: SumRow = field(default_factory=lambda: SumRow(_("Total")))


def area_works(area: SlumArea) -> AreaWorks:
    """Every activity on the area; the number of queries does not grow with them."""
    works = _works(area)
    if not works:
        return AreaWorks()
    summed = [work for work in works if work.is_summed]
    return AreaWorks(
        years=[
            _year(year, list(rows))
            for year, rows in groupby(works, lambda work: work.activity.programme.year)
        ],
        by_fund=_by_fund(summed),
        by_agency=_by_agency(summed),
        total=_sum(_("Total"), summed),
    )


def _works(area: SlumArea) -> list[Work]:
    activities = list(
        Activity.objects.filter(area=area)
        .select_related("programme__agency", "agency")
        .prefetch_related("funding_legs__agency", "addenda")
        .order_by("-programme__year", "agency__short_name", "name", "pk")
    )
    keys = [activity.pk for activity in activities]
    spent: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for (activity, agency), amount in spent_by(keys).items():
        spent[activity][agency] = amount
    verified = dict(
        ReportLineUnit.objects.filter(
            line__activity__in=keys, line__report__verified_at__isnull=False
        )
        .order_by()
        .values_list("line__activity")
        .annotate(sum=Sum("verified"))
    )
    return [
        Work(
            activity=activity,
            legs=list(activity.funding_legs.all()),
            contract=contract_of(activity),
            spent_by=spent[activity.pk],
            verified=verified.get(activity.pk) or ZERO,
        )
        for activity in activities
    ]


def _year(year: int, works: list[Work]) -> YearPart:
    name = _("Total %(year)s") % {"year": year}
    return YearPart(year, works, _sum(name, [w for w in works if w.is_summed]))


def _sum(name: str, works: Iterable[Work]) -> SumRow:
    row = SumRow(name)
    for work in works:
        row.count += 1
        row.value += work.value or ZERO
        row.spent += work.spent
        row.verified += work.verified
    return row


def _by_fund(works: list[Work]) -> list[SumRow]:
    """Value and spending by source; hectares by the programme's, as in the ledger."""
    labels = {**dict(Fund.choices), MIXED: _("Several sources, not told apart")}
    rows: dict[str, SumRow] = {}

    def row(fund: str) -> SumRow:
        return rows.setdefault(fund, SumRow(str(labels[fund])))

    for work in works:
        main = work.activity.programme.fund
        row(main).verified += work.verified
        if not work.legs:
            row(main).value += work.activity.budget or ZERO
        for leg in work.legs:
            row(leg.fund).value += leg.amount
        for fund in {leg.fund for leg in work.legs} or {main}:
            row(fund).count += 1
        for agency, amount in work.spent_by.items():
            row(work.fund_of(agency)).spent += amount
    order = [*Fund.values, MIXED]
    return [rows[fund] for fund in order if fund in rows]


def _by_agency(works: list[Work]) -> list[SumRow]:
    """Works and hectares of who carries them out; money of who reports it."""
    counts: Counter[int] = Counter(work.activity.agency_id for work in works)
    rows: dict[int, SumRow] = {}
    for work in works:
        doer = work.activity.agency
        _named(rows, doer).verified += work.verified
        if not work.legs:
            _named(rows, doer).value += work.activity.budget or ZERO
        for leg in work.legs:
            _named(rows, leg.agency).value += leg.amount
    _add_spending(works, rows)
    for key, row in rows.items():
        row.count = counts[key]
    return sorted(rows.values(), key=lambda row: row.name)


def _add_spending(works: list[Work], rows: dict[int, SumRow]) -> None:
    """What each agency reported; one query where an agency is not known yet."""
    strange = {key for work in works for key in work.spent_by} - rows.keys()
    for agency in Agency.objects.filter(pk__in=strange) if strange else ():
        _named(rows, agency)
    for work in works:
        for key, amount in work.spent_by.items():
            rows[key].spent += amount


def _named(rows: dict[int, SumRow], agency: Agency) -> SumRow:
    return rows.setdefault(agency.pk, SumRow(agency.short_name))
