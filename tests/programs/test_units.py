"""RT that are split or merged: credits, activities and older surveys go along."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from areas import services as area_services
from areas.models import (
    LedgerEntry,
    LiveCredit,
    Neighbourhood,
    NeighbourhoodSuccession,
)
from areas.services.unit_succession import UnitNotice
from areas.shares import shares_of
from areas.unit_history import Lineage
from areas.unit_ledger import ledger_of
from core.errors import BusinessRuleError, WrongStateError
from programs import services
from programs.queries import live_credits, units_of_activities
from tests.areas.pages import text_of
from tests.factories_areas import (
    VILLAGE,
    submitted_assessment,
    verified_assessment,
)
from tests.factories_ledger import claim_of, credit_unit, decreed_area, newer_line
from tests.factories_programs import activity_in, drafted, filled

pytestmark = pytest.mark.django_db

DAY = date(2023, 3, 1)
NOTICE = UnitNotice(
    effective_on=DAY, document="470/12/KEL/2023", reason="RT dimekarkan warga."
)


def values(rt_rw: str, hectares: str, **changes) -> dict:
    """What a new RT has; round denominators."""
    return {
        "rt_rw": rt_rw,
        "hectares": Decimal(hectares),
        "buildings": 30,
        "households": 35,
        "population": 120,
        "ideal_road_m": Decimal(200),
        "ideal_drainage_m": Decimal(190),
    } | changes


def unit_of(line, place: int = 0) -> Neighbourhood:
    return line.area.neighbourhoods.order_by("pk")[place]


def handled(line, as_of: date) -> Decimal:
    entries = LedgerEntry.objects.filter(decree_line=line).known(as_of=as_of)
    return entries.aggregate(sum=Sum("hectares"))["sum"] or Decimal(0)


def standing(line) -> dict[str, Decimal]:
    rows = LiveCredit.objects.filter(decree_line=line)
    pairs = rows.values_list("neighbourhood__rt_rw", "entry__hectares")
    return dict(pairs)


@pytest.fixture
def line(office):
    """An area of two RT, 2 ha and 1 ha."""
    return decreed_area("2", "1", agency=office)


def test_split_moves_the_credit_in_proportion(line, operator, verifier):
    old = unit_of(line)
    credit = credit_unit(line, old, by=verifier, hectares=Decimal("1.000001")).entry

    parts = services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    assert [part.village_id for part in parts] == [old.village_id] * 2
    assert standing(line) == {"003A": Decimal("0.750001"), "003B": Decimal("0.25")}
    entries = LedgerEntry.objects.filter(kind="rebaseline")
    assert entries.aggregate(sum=Sum("hectares"))["sum"] == 0
    assert {entry.effective_on for entry in entries} == {credit.effective_on}
    assert {entry.reason for entry in entries} == {NOTICE.reason}
    assert {entry.document for entry in entries} == {NOTICE.document}
    assert {entry.moved_from_id for entry in entries} == {None, credit.pk}
    assert entries.get(reverses=credit).hectares == Decimal("-1.000001")


def test_split_retires_the_old_and_notes_which_came_from_which(line, operator):
    old = unit_of(line)

    parts = services.split_unit(
        old,
        parts=[values(old.rt_rw, "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    old = Neighbourhood.every.get(pk=old.pk)
    assert old.retired_on == DAY
    assert line.area.neighbourhoods.count() == 3
    rows = NeighbourhoodSuccession.objects.order_by("pk")
    assert [row.new for row in rows] == parts
    assert {(row.old, row.kind, row.recorded_by) for row in rows} == {
        (old, "split", operator)
    }


@pytest.mark.parametrize(
    "day", [date(2021, 6, 1), date(2021, 12, 31), date(2024, 1, 1)]
)
def test_no_day_says_another_sum_after_a_split(line, operator, verifier, day):
    old = unit_of(line)
    credit_unit(line, old, by=verifier)
    before = handled(line, day), ledger_of(line.area, day).total.handled

    services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    assert (handled(line, day), ledger_of(line.area, day).total.handled) == before


def test_credits_of_every_decree_move(line, operator, verifier):
    """A late report of the old decree's days finds the RT credited as well."""
    old = unit_of(line)
    credit_unit(line, old, by=verifier)
    newer = newer_line(line)
    credit_unit(newer, old, by=verifier, effective_on=date(2022, 6, 30))

    services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    assert standing(line) == standing(newer)
    assert set(standing(line)) == {"003A", "003B"}


def test_nobody_credits_a_retired_rt(line, operator, verifier):
    old = unit_of(line)
    services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    with pytest.raises(BusinessRuleError, match="sudah digantikan"):
        credit_unit(line, old, by=verifier)


def test_merger_has_the_sum_of_the_credits(line, operator, verifier):
    """From the day of the latest; work and agency are those of the largest."""
    first, second = unit_of(line), unit_of(line, 1)
    credit_unit(line, first, by=verifier, cause="Jalan beton")
    later = date(2022, 6, 30)
    claim = claim_of(line, second, effective_on=later, cause="Drainase")
    credit_unit(line, second, by=verifier, **claim)
    days = [date(2021, 1, 1), date(2021, 12, 31), later, date(2024, 1, 1)]
    before = [handled(line, day) for day in days]

    merged = services.merge_units(
        [first, second], into=values("009", "3"), notice=NOTICE, by=operator
    )

    assert standing(line) == {"009": Decimal(3)}
    assert [handled(line, day) for day in days] == before
    entry = LiveCredit.objects.get().entry
    assert (entry.effective_on, entry.cause) == (later, "Jalan beton")
    assert list(line.area.neighbourhoods.all()) == [merged]


def test_merger_of_which_one_was_credited_is_partly_credited(line, operator, verifier):
    first, second = unit_of(line), unit_of(line, 1)
    credit_unit(line, second, by=verifier)

    services.merge_units(
        [first, second], into=values("009", "3"), notice=NOTICE, by=operator
    )

    assert standing(line) == {"009": Decimal(1)}


def test_a_moved_credit_moves_again(line, operator, verifier):
    first, second = unit_of(line), unit_of(line, 1)
    credit_unit(line, first, by=verifier)
    merged = services.merge_units(
        [first, second], into=values("009", "3"), notice=NOTICE, by=operator
    )

    services.split_unit(
        merged,
        parts=[values("010", "1"), values("011", "2")],
        notice=NOTICE,
        by=operator,
    )

    assert sum(standing(line).values()) == 2
    assert max(standing(line).values()) == Decimal("1.333333")


def test_activities_follow_and_show_the_credit(line, operator, office, verifier):
    old = unit_of(line)
    activity = activity_in(line, agency=office, units=[old])
    credit_unit(line, old, by=verifier)

    parts = services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    keys = [part.pk for part in parts]
    assert units_of_activities([activity.pk]) == {activity.pk: keys}
    found = live_credits([line])
    assert [found[line.pk, key, ""].hectares for key in keys] == [
        Decimal("1.5"),
        Decimal("0.5"),
    ]


def test_everything_wrong_is_told_at_once(line, operator, head, office):
    old, other = unit_of(line), unit_of(line, 1)
    submitted_assessment(line.area, by=head)
    report = drafted(office, by=head, lines=[filled(activity_in(line, agency=office))])

    with pytest.raises(BusinessRuleError) as refused:
        services.split_unit(
            old,
            parts=[values(other.rt_rw, "1"), values("003B", "0.5", buildings=None)],
            notice=UnitNotice(effective_on=date(2999, 1, 1), reason=" "),
            by=operator,
        )

    errors = refused.value.errors
    assert set(errors) == {
        "__all__",
        "reason",
        "effective_on",
        "hectares",
        "parts.0.rt_rw",
        "parts.1.buildings",
    }
    assert "Penilaian 8 Jan 2024" in errors["__all__"][0]
    assert report.period.name in errors["__all__"][1]
    assert "1,5 ha" in errors["hectares"][0]
    assert not NeighbourhoodSuccession.objects.exists()


def test_less_than_was_credited_is_refused(line, operator, verifier):
    """The parts may miss the old area by rounding, but not a credit."""
    old = unit_of(line)
    credit_unit(line, old, by=verifier)

    with pytest.raises(BusinessRuleError) as refused:
        services.split_unit(
            old,
            parts=[values("003A", "1.5"), values("003B", "0.499")],
            notice=NOTICE,
            by=operator,
        )

    assert "mengkreditkan 2 ha" in refused.value.errors["hectares"][0]


def test_a_retired_rt_is_not_split_again(line, operator):
    old = unit_of(line)
    parts = [values("003A", "1.5"), values("003B", "0.5")]
    services.split_unit(old, parts=parts, notice=NOTICE, by=operator)

    with pytest.raises(WrongStateError, match="sudah digantikan"):
        services.split_unit(old, parts=parts, notice=NOTICE, by=operator)


def test_surveys_keep_the_rt_of_their_day(line, operator, head, verifier):
    """A verified one shows the old RT; what is entered late asks for it; a new one
    asks for the parts."""
    verified_assessment(
        line.area, by=head, verifier=verifier, surveyed_on=date(2022, 5, 1)
    )
    old = unit_of(line)
    parts = services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    late = area_services.start_assessment(
        line.area, surveyed_on=date(2022, 8, 1), by=head
    )
    new = area_services.start_assessment(
        line.area, surveyed_on=date(2024, 8, 1), by=head
    )

    assert set(late.places) == {old, unit_of(line)}
    assert set(new.places) == {unit_of(line), *parts}


def test_renumbered_rt_stays_the_same(line, operator, verifier):
    unit = unit_of(line)
    credit_unit(line, unit, by=verifier)

    area_services.renumber_unit(unit, rt_rw=" 007/ 002", notice=NOTICE, by=operator)

    unit.refresh_from_db()
    assert unit.rt_rw == "007/ 002"
    assert standing(line) == {"007/ 002": Decimal(2)}


# ---- pages ---------------------------------------------------------------------------
def part(number: int, **values) -> dict:
    return {f"parts.{number}.{name}": value for name, value in values.items()}


FIGURES = {
    "buildings": "30",
    "households": "35",
    "population": "",
    "ideal_road_m": "200",
    "ideal_drainage_m": "190",
    "existing_road_m": "",
}
SENT = {
    "effective_on": "2023-03-01",
    "document": "470/12/KEL/2023",
    "reason": "RT dimekarkan warga.",
}


def test_split_page(client, line, operator, verifier):
    """What is typed stays when there is to be another part; then the area tells it."""
    old = unit_of(line)
    credit_unit(line, old, by=verifier)
    client.force_login(operator)
    edit = client.get(reverse("areas:neighbourhood-edit", args=[old.pk]))
    url = reverse("programs:unit-split", args=[old.pk])
    assert url in text_of(edit)
    assert "Jalan beton" in text_of(client.get(url))
    sent = (
        SENT
        | part(0, rt_rw="003A", hectares="1,2", **FIGURES)
        | part(1, rt_rw="003B", hectares="0,5", **FIGURES)
    )

    more = client.post(url, sent | {"part_count": "2", "another": "1"})
    assert more.context["form"].parts == 3
    assert 'value="003B"' in text_of(more)
    refused = client.post(url, sent | {"part_count": "2"})
    assert "1,7 ha" in text_of(refused)
    third = part(2, rt_rw="003C", hectares="0,3", **FIGURES)
    done = client.post(url, sent | third | {"part_count": "3"})

    assert done.url == f"{line.area.get_absolute_url()}#rt"
    assert standing(line) == {
        "003A": Decimal("1.2"),
        "003B": Decimal("0.5"),
        "003C": Decimal("0.3"),
    }
    page = text_of(client.get(line.area.get_absolute_url()))
    assert "Riwayat RT" in page
    assert "003A, 003B, 003C" in page


def test_a_problem_of_a_part_stands_at_its_field(client, line, operator):
    old, other = unit_of(line), unit_of(line, 1)
    client.force_login(operator)
    sent = (
        SENT
        | part(0, rt_rw=other.rt_rw, hectares="1,5", **FIGURES)
        | part(1, rt_rw="003B", hectares="0,5", **FIGURES)
    )

    page = client.post(
        reverse("programs:unit-split", args=[old.pk]), sent | {"part_count": "2"}
    )

    assert set(page.context["form"].errors) == {"parts.0.rt_rw"}


def test_merge_page(client, line, operator):
    """First which RT, then the new one, filled in with their sums."""
    first, second = unit_of(line), unit_of(line, 1)
    client.force_login(operator)
    url = reverse("programs:unit-merge", args=[line.area_id])
    assert "Berikutnya" in text_of(client.get(url, {"units": first.pk}))

    form = client.get(url, {"units": [first.pk, second.pk]}).context["form"]
    assert form.initial["hectares"] == 3
    assert form.initial["buildings"] == 120
    values_sent = FIGURES | {"rt_rw": "009", "hectares": "3", "village": VILLAGE}
    client.post(url, SENT | values_sent | {"units": [first.pk, second.pk]})

    assert [unit.rt_rw for unit in line.area.neighbourhoods.all()] == ["009"]


def test_renumber_page(client, line, operator):
    unit = unit_of(line)
    client.force_login(operator)
    url = reverse("areas:neighbourhood-renumber", args=[unit.pk])
    assert unit.rt_rw in text_of(client.get(url))

    client.post(url, SENT | {"rt_rw": "007/002"})

    page = text_of(client.get(line.area.get_absolute_url()))
    assert f"{unit.rt_rw} → <strong>007/002</strong>" in page
    assert "diberi nomor baru" in page


def test_a_form_that_came_too_late_is_told(client, line, operator):
    """Somebody else has split the RT meanwhile: it is gone."""
    old = unit_of(line)
    services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )
    client.force_login(operator)

    assert client.get(reverse("programs:unit-split", args=[old.pk])).status_code == 404


def test_pages_cost_the_same_for_more_rt(
    client, office, operator, verifier, queries_of
):
    small = decreed_area("1", "1", agency=office)
    large = decreed_area(*["1"] * 9, agency=office)
    for line in (small, large):
        for unit in line.area.neighbourhoods.all():
            credit_unit(line, unit, by=verifier)
    client.force_login(operator)

    def pages(line):
        keys = [unit.pk for unit in line.area.neighbourhoods.all()]
        url = reverse("programs:unit-merge", args=[line.area_id])
        return queries_of(client.get, url), queries_of(client.get, url, {"units": keys})

    assert pages(small) == pages(large)


def test_verified_reports_and_surveys_still_show_the_old_rt(
    client, line, operator, office, head, verifier
):
    old = unit_of(line)
    name = old.rt_rw
    survey = verified_assessment(line.area, by=head, verifier=verifier)
    report = drafted(office, by=head, lines=[filled(activity_in(line, agency=office))])
    services.submit_report(report, by=head)
    services.verify_report(report, method="desk", by=verifier)

    services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )

    client.force_login(head)
    assert name in text_of(client.get(report.get_absolute_url()))
    assert name in text_of(client.get(survey.get_absolute_url()))
    ledger = ledger_of(line.area, timezone.localdate())
    assert ledger.total.handled == 3
    assert {unit.label for unit in ledger.units} == {
        "003A",
        "003B",
        unit_of(line).rt_rw,
    }


def test_an_older_survey_is_still_the_baseline(line, operator):
    """The parts together are the old RT's ground; one of them alone is not."""
    old, other = unit_of(line), unit_of(line, 1)
    parts = services.split_unit(
        old,
        parts=[values("003A", "1.5"), values("003B", "0.5")],
        notice=NOTICE,
        by=operator,
    )
    lineage = Lineage.of_areas([line.area_id])
    surveyed = {old.pk, other.pk}

    both = [part.pk for part in parts]
    assert lineage.as_surveyed(both, surveyed) == {old.pk}
    assert lineage.as_surveyed([*both, other.pk], surveyed) == surveyed
    assert lineage.as_surveyed(both[:1], surveyed) is None


@settings(max_examples=200)
@given(
    weights=st.lists(
        st.integers(1, 50_000_000).map(lambda n: Decimal(n) / 1_000_000),
        min_size=2,
        max_size=9,
    ),
    part=st.integers(0, 1_000_000),
)
def test_shares_add_up_and_never_pass_their_part(weights, part):
    total = (sum(weights) * part / 1_000_000).quantize(Decimal("0.000001"))
    total = min(total, sum(weights))

    shares = shares_of(total, weights)

    assert sum(shares) == total
    assert all(
        0 <= share <= weight for share, weight in zip(shares, weights, strict=True)
    )
