"""The figures: one definition, one count per area, and what was said when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from areas.figures import NOT_ASSESSED, Sums, figures, with_area_figures
from areas.ledger_corrections import reverse
from areas.models import Assessment, DecreeLine, LedgerEntry, SlumArea
from areas.rules import authority_of
from tests.factories import RegionFactory, UserFactory
from tests.factories_areas import DecreeFactory, DecreeLineFactory, rule_set
from tests.factories_ledger import (
    BaselineDecreeFactory,
    LedgerAreaFactory,
    credit_unit,
    decreed_area,
    end_decree,
    surveyed_twice,
    verified_survey,
)

TODAY = date(2022, 6, 30)
pytestmark = pytest.mark.django_db


def now(as_of: date = TODAY, **values):
    return figures(SlumArea.objects.all(), as_of=as_of, **values)


def only_area(as_of: date = TODAY, **values):
    return with_area_figures(SlumArea.objects.all(), as_of=as_of, **values).get()


def corrected_survey(first: Assessment) -> Assessment:
    """A verified correction of a survey, one class lower."""
    return Assessment.objects.create(
        **{
            name: getattr(first, name)
            for name in (
                "area",
                "rule_set",
                "surveyed_on",
                "status",
                "created_by",
                "submitted_by",
                "submitted_at",
                "verified_by",
                "results",
                "hectares",
            )
        },
        verified_at=timezone.now(),
        severity="light",
        total=20,
        corrects=first,
        correction_reason="Salah ketik",
    )


def newer_decree(on: date = date(2022, 1, 1), **values):
    return BaselineDecreeFactory(
        number="SK-UJI 2/2022",
        level="mayor",
        region__code="63.71",
        issued_on=on,
        in_force_from=on,
        **values,
    )


# ---- one area ----------------------------------------------------------------


def test_an_area_has_what_its_decree_and_ledger_say():
    line = decreed_area("1", "2.5")
    credit_unit(line)

    area = only_area()

    assert (area.line_id, area.decree_number) == (line.pk, "SK-UJI 1/2020")
    assert (area.decreed, area.handled) == (Decimal("3.5"), Decimal(1))
    assert area.unhandled == Decimal("2.5")


def test_without_an_entry_handled_is_zero_and_without_a_decree_it_is_none():
    decreed_area("1")
    bare = LedgerAreaFactory()

    found = {a.pk: a for a in with_area_figures(SlumArea.objects.all(), as_of=TODAY)}

    assert {area.handled for area in found.values()} == {Decimal(0), None}
    missing = found[bare.pk]
    assert missing.decreed is missing.unhandled is missing.authority is None


def test_an_area_in_two_decrees_counts_once_under_the_newer():
    line = decreed_area("1", "2")
    credit_unit(line)
    newer_decree().lines.create(area=line.area, hectares=Decimal("2.8"))

    assert (only_area().decreed, only_area().handled) == (Decimal("2.8"), 0)
    assert now().total == Sums(1, Decimal("2.8"), Decimal(0))
    assert now(date(2021, 12, 31)).total == Sums(1, Decimal(3), Decimal(1))


def test_a_decree_counts_from_its_first_day_until_the_day_before_its_end():
    line = decreed_area("1")
    end_decree(line.decree, date(2022, 1, 1))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1)]

    assert [now(day).total.areas for day in days] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "hectares",
    ["0.000001", "9.994999", "9.995", "10", "14.994999", "14.995", "15", "240.5"],
)
def test_authority_is_the_same_in_sql_and_in_the_rules(hectares):
    decreed_area(hectares=hectares)

    assert only_area().authority == authority_of(Decimal(hectares))


def test_severity_is_that_of_the_latest_survey_verified_by_then():
    area = decreed_area("1").area
    verified_survey(area, "heavy", date(2020, 5, 1), 62)
    verified_survey(area, "light", date(2022, 5, 1), 30)
    Assessment.objects.create(
        rule_set=rule_set(),
        area=area,
        surveyed_on=date(2022, 6, 1),
        created_by=UserFactory(),
    )

    before, after = only_area(date(2022, 4, 30)), only_area()

    assert (before.severity, before.severity_total) == ("heavy", 62)
    assert (after.severity, after.assessed_on) == ("light", date(2022, 5, 1))
    assert only_area(date(2020, 4, 30)).severity is None


# ---- when --------------------------------------------------------------------


def test_hectares_count_from_the_periods_last_day():
    credit_unit(decreed_area("1"), effective_on=date(2021, 12, 31))

    assert now(date(2021, 12, 30)).total.handled == 0
    assert now(date(2021, 12, 31)).total.handled == 1


def test_known_at_tells_what_was_said_before_the_reversal(verifier):
    entry = credit_unit(decreed_area("1")).entry
    reversal = reverse(entry, reason="Salah RT", by=verifier)

    assert now().total.handled == 0
    assert now(known_at=reversal.recorded_at).total.handled == 1
    assert now(known_at=entry.recorded_at).total.handled == 0


def test_known_at_tells_the_class_that_was_known():
    area = decreed_area("1").area
    survey = verified_survey(area, "heavy", date(2020, 5, 1), 62)

    later = timezone.now()
    assert only_area(known_at=later).severity == "heavy"
    assert only_area(known_at=survey.verified_at).severity is None


def test_hectares_that_take_effect_later_are_told_apart():
    line = decreed_area("1", "2")
    one, two = line.area.neighbourhoods.order_by("pk")
    credit_unit(line, one)
    credit_unit(line, two, effective_on=date(2022, 12, 31))

    assert now().total.handled == 1
    assert now().takes_effect_later == 2


# ---- sums --------------------------------------------------------------------


@pytest.fixture
def province_of_areas():
    """Two regencies, three authorities, three classes and one area not assessed."""
    banjarbaru = RegionFactory(code="63.72")
    sizes = [("4", None), ("11", None), ("20", banjarbaru), ("3", banjarbaru)]
    lines = [
        decreed_area(size, size, **({"regency": region} if region else {}))
        for size, region in sizes
    ]
    for line, severity in zip(lines, ["heavy", "light", "not_slum"], strict=False):
        verified_survey(line.area, severity, date(2021, 1, 1), 20)
    for line in lines:
        credit_unit(line)
    return lines


@pytest.mark.usefixtures("province_of_areas")
def test_every_grouping_adds_up_to_the_total():
    found = now()

    assert found.total == Sums(4, Decimal(76), Decimal(38), verified=Decimal(3))
    for groups in (found.by_regency, found.by_authority, found.by_severity):
        assert sum(groups.values(), Sums()) == found.total


@pytest.mark.usefixtures("province_of_areas")
def test_groups_hold_the_right_areas():
    found = now()

    one = Decimal(1)
    assert found.by_regency["63.72"] == Sums(2, Decimal(46), Decimal(23), verified=one)
    assert found.by_authority["regency"] == Sums(
        2, Decimal(14), Decimal(7), verified=one
    )
    assert found.by_severity["light"] == Sums(1, Decimal(22), Decimal(11), verified=one)
    assert found.by_severity[NOT_ASSESSED] == Sums(1, Decimal(6), Decimal(3))
    assert found.by_regency_and_severity["63.72", "not_slum"].decreed == 40


@pytest.mark.usefixtures("province_of_areas")
def test_a_group_without_areas_is_zero_and_a_regency_without_areas_is_absent():
    found = now()

    assert found.by_severity["moderate"] == Sums()
    assert "63.01" not in found.by_regency


def test_rt_villages_and_surveys_do_not_multiply_the_hectares():
    line = decreed_area("1", "2", "3")
    for unit in line.area.neighbourhoods.all():
        credit_unit(line, unit)
    for month in (1, 2, 3):
        verified_survey(line.area, "light", date(2021, month, 1), 20)

    assert now().total == Sums(1, Decimal(6), Decimal(6), verified=Decimal(1))


def test_outcomes_are_apart_and_those_of_surveys_are_the_whole_area():
    line = decreed_area("1", "2")
    surveyed_twice(line, "heavy", "not_slum")
    surveyed_twice(decreed_area("5"), "heavy", "light")

    total = now().total
    assert (total.handled, total.improved, total.cleared) == (0, 8, 3)
    assert (total.unhandled, total.uncleared) == (8, 5)


def test_key_figures_say_what_they_divide_by_and_stand_on():
    credit_unit(decreed_area("1", "3"))

    found = now(known_at=None).key_figures

    assert list(found) == ["decreed", "handled", "improved", "cleared", "unhandled"]
    handled = found["handled"]
    assert (handled.numerator, handled.denominator) == (Decimal(1), Decimal(4))
    assert (handled.share, handled.baseline) == (Decimal(25), ("SK-UJI 1/2020",))
    assert (handled.as_of, handled.known_at) == (TODAY, None)
    assert (found["improved"].value, found["cleared"].value) == (0, 0)
    assert (found["unhandled"].value, found["unhandled"].share) == (3, 75)


def test_areas_without_a_decree_are_counted_but_in_no_figure():
    decreed_area("1")
    LedgerAreaFactory()

    found = now()

    assert (found.total.areas, found.without_decree) == (1, 1)


def test_nothing_decreed_gives_no_share():
    found = now()

    assert (found.cells, found.by_year, found.total.share) == ((), [], None)
    assert found.key_figures["handled"].share is None


def test_links_keep_the_filters_and_name_the_day():
    found = now(filters={"severity": "heavy", "regency": ""})

    assert (
        found.query(regency="63.71") == "severity=heavy&regency=63.71&as_of=2022-06-30"
    )


# ---- years -------------------------------------------------------------------


def test_years_add_up_and_end_in_the_figure():
    line = decreed_area("1", "2", "5")
    days = [date(2020, 12, 31), date(2021, 6, 30), date(2021, 12, 31)]
    for unit, day in zip(line.area.neighbourhoods.order_by("pk"), days, strict=True):
        credit_unit(line, unit, effective_on=day)

    years = now().by_year

    assert [(y.year, y.handled) for y in years] == [(2020, 1), (2021, 8), (2022, 8)]
    assert years[-1].handled == now().total.handled
    assert years[0].share == Decimal("12.5")


def test_years_never_cross_into_an_older_decree():
    line = decreed_area("1", "2")
    credit_unit(line, effective_on=date(2020, 12, 31))
    newer_decree().lines.create(area=line.area, hectares=Decimal(3))

    assert [(year.year, year.handled) for year in now().by_year] == [(2022, 0)]


def test_a_day_far_ahead_draws_no_empty_years():
    decreed_area("1")

    years = now(date(9999, 12, 31)).by_year

    assert years[-1].year == timezone.localdate().year


def test_a_filtered_set_has_its_own_figures():
    heavy, light = decreed_area("1"), decreed_area("2")
    for line, severity in ((heavy, "heavy"), (light, "light")):
        verified_survey(line.area, severity, date(2021, 1, 1), 20)
        credit_unit(line)

    areas = with_area_figures(SlumArea.objects.all(), as_of=TODAY)
    found = figures(areas.filter(severity="light"), as_of=TODAY)

    assert found.total == Sums(1, Decimal(2), Decimal(2), verified=Decimal(1))
    assert found.by_year[-1].handled == 2


# ---- cost --------------------------------------------------------------------


def test_all_figures_come_from_two_queries(django_assert_num_queries):
    line = decreed_area("1", "2")
    credit_unit(line)
    decreed_area("5")

    with django_assert_num_queries(2):
        found = now()
        assert all([found.key_figures, found.by_year, found.by_severity])
        assert found.takes_effect_later == 0


def test_entries_of_the_same_moment_are_not_known_before_it():
    entry = credit_unit(decreed_area("1")).entry
    known = LedgerEntry.objects.known(
        as_of=TODAY, known_at=entry.recorded_at + timedelta(microseconds=1)
    )

    assert list(known) == [entry]


def test_lines_in_force_are_the_same_for_one_area_and_for_all():
    """Two ways of asking, for two plans of the database: one answer."""
    first = DecreeFactory()
    lines = [DecreeLineFactory(decree=first, hectares=10) for _number in range(3)]
    for line, issued, scope in (
        (lines[0], date(2021, 5, 1), "province"),
        (lines[1], date(2030, 1, 1), "regency"),
    ):
        later = DecreeFactory(issued_on=issued, scope=scope)
        DecreeLineFactory(decree=later, area=line.area, hectares=8)

    for day in (date(2019, 1, 1), date(2020, 6, 1), date(2022, 1, 1), date(2031, 1, 1)):
        by_area = set(DecreeLine.objects.in_force(day).values_list("pk", flat=True))
        at_once = DecreeLine.objects.all_in_force(day).values_list("pk", flat=True)
        assert by_area == set(at_once)
        assert len(by_area) == (3 if day.year > 2019 else 0)


def test_surveys_are_the_same_for_one_area_and_for_all():
    """Two ways of asking, for two plans of the database: one answer."""
    line, other = decreed_area("1"), decreed_area("2")
    first = verified_survey(line.area, "heavy", date(2021, 1, 1), 62)
    verified_survey(other.area, "light", date(2021, 5, 1), 20)
    corrected_survey(first)
    known = parse_datetime(first.verified_at)

    for moment in (None, known, timezone.now()):
        for day in (date(2020, 12, 31), date(2021, 2, 1), TODAY):
            names = ("pk", "severity", "severity_total", "assessed_on", "verified")
            one, all_ = (
                set(
                    with_area_figures(
                        SlumArea.objects.all(),
                        as_of=day,
                        known_at=moment,
                        at_once=at_once,
                    ).values_list(*names)
                )
                for at_once in (False, True)
            )
            assert one == all_
    standing = Assessment.objects.standing()
    assert set(standing) == set(Assessment.objects.all_standing())
