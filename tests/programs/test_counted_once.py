"""The same 14.66 ha reported by the province and by the city in two years counts once.

The second report shows the entry that is already there: in an area with RT, and in one
without, where the footprints of the works are compared on a map.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from shapely.geometry import shape

from areas.ledger import credit
from areas.models import Footprint, LedgerEntry
from core.errors import BusinessRuleError
from core.numbers import format_input
from programs import services
from programs.queries import footprint_of
from programs.services import Decision
from programs.sheet import sheet_of
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories_ledger import claim_of, decreed_area
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled
from tests.footprints import about, footprint_in, rectangle
from tests.map_files import geojson

HECTARES = Decimal("14.66")
WHOLE = (400, 366.5)  # metres: 14.66 ha


@pytest.fixture
def provincial(region_tree):
    """An office of the province; the verifier belongs to another one."""
    return AgencyFactory(
        region=region_tree["63"], level="province", short_name="PUPR Kalsel"
    )


def year(number):
    return PeriodFactory(
        name=f"Tahun {number}",
        kind="year",
        starts_on=date(number, 1, 1),
        ends_before=date(number + 1, 1, 1),
        due_on=date(number + 1, 1, 20),
    )


def submitted(activity, period, hectares=HECTARES):
    """The report of the activity's office: these hectares, or all RT."""
    office = activity.agency
    head = office.memberships.filter(role="district_head").first()
    head = (head or MembershipFactory(agency=office, role="district_head")).user
    line = filled(activity)
    if not line["units"]:
        line["units"] = [{"neighbourhood": None, "hectares": hectares, "reason": ""}]
    report = drafted(office, by=head, lines=[line], period=period)
    return services.submit_report(report, by=head)


def verified(report, by, **decided):
    return services.verify_report(report, method="desk", by=by, **decided)


def review_of(client, report):
    return client.get(reverse("programs:report-review", args=[report.pk]))


def drawn(line, activity, across=WHOLE[0], down=WHOLE[1], **place):
    return footprint_in(line, footprint_of(activity.pk), across, down, **place)


@pytest.fixture
def bare(office):
    """A decreed area without RT; the footprint of `WHOLE` fits into it."""
    return decreed_area(hectares="40", agency=office, name="Kuin Utara")


@pytest.fixture
def works(bare, office, provincial):
    """What the province did in 2022, and the city in 2023."""
    return (
        activity_in(bare, agency=provincial, name="Jalan poros"),
        activity_in(bare, agency=office, name="Jalan lingkungan"),
    )


# ---- counted once ----------------------------------------------------------------


def test_in_an_area_with_rt(client, log_in, office, provincial, verifier):
    line = decreed_area("14.66", agency=office)
    first = activity_in(line, agency=provincial, name="Jalan poros")
    second = activity_in(line, agency=office, name="Jalan lingkungan")
    verified(submitted(first, year(2022)), verifier)
    again = submitted(second, year(2023))

    log_in("verifier")
    page = review_of(client, again).content.decode()
    verified(again, verifier)

    assert_shown(page, LedgerEntry.objects.get())
    assert_counted_in(again, LedgerEntry.objects.get())


def test_in_an_area_without_rt(client, log_in, bare, works, verifier):
    first, second = works
    for activity in works:
        drawn(bare, activity)
    verified(submitted(first, year(2022)), verifier)
    again = submitted(second, year(2023))

    log_in("verifier")
    page = review_of(client, again).content.decode()
    verified(again, verifier)

    entry = LedgerEntry.objects.get()
    assert entry.hectares == about("14.66")
    assert_shown(page, entry)
    assert_counted_in(again, entry)
    assert "footprint-overlap" in page
    assert "sudah dihitung" in page


def test_without_footprints_a_whole_area_counts_once(
    client, log_in, office, provincial, verifier
):
    line = decreed_area(hectares="14.66", agency=office)
    first = activity_in(line, agency=provincial, name="Jalan poros")
    second = activity_in(line, agency=office, name="Jalan lingkungan")
    verified(submitted(first, year(2022)), verifier)
    again = submitted(second, year(2023))

    log_in("verifier")
    page = review_of(client, again).content.decode()
    verified(again, verifier)

    assert_shown(page, LedgerEntry.objects.get())
    assert_counted_in(again, LedgerEntry.objects.get())
    assert "belum digambar" in page


def assert_shown(page, entry):
    """The page names the entry that is there, with agency, year and work."""
    assert entry.get_absolute_url() in page
    assert "PUPR Kalsel" in page
    assert "Tahun 2022" in page
    assert "Jalan poros" in page


def assert_counted_in(report, entry):
    unit = report.lines.get().units.get()
    assert (unit.verified, unit.entry, unit.counted_in) == (0, None, entry)
    assert entry.cause == "Jalan poros"


# ---- counted in part -------------------------------------------------------------


@pytest.fixture
def partly(bare, works, verifier):
    """The report of 2023: 200 × 100 m, half of it counted in 2022."""
    first, second = works
    drawn(bare, first, 100, 100)
    drawn(bare, second, 200, 100)
    verified(submitted(first, year(2022), Decimal(1)), verifier)
    return submitted(second, year(2023), Decimal("1.9"))


def test_the_verifier_sees_what_can_be_counted(client, log_in, partly):
    log_in("verifier")

    page = review_of(client, partly)

    row = page.context["review"].panels[0].units[0]
    assert row[1]["verified"].value() == format_input(row[0].proposed)
    assert row[0].proposed == about("1")
    text = page.content.decode()
    assert "Dapat dihitung" in text
    assert 'fill="url(#k' in text
    assert (
        "style=" not in text[text.index('<svg class="chart map') :].split("</svg>")[0]
    )


def test_as_reported_is_refused_with_the_entry_that_covers_it(partly, verifier):
    with pytest.raises(BusinessRuleError) as caught:
        verified(partly, verifier)

    sentence = caught.value.errors["lines.0.units.0.verified"][0]
    entry = LedgerEntry.objects.get()
    assert f"entri #{entry.pk} (PUPR Kalsel, Tahun 2022)" in sentence
    assert "1,00 dari 2,00 ha sudah dikreditkan" in sentence


def test_the_uncovered_part_is_credited_with_a_reason(partly, verifier):
    unit = partly.lines.get().units.get()
    part = sheet_of(partly).lines[0].touched[0].proposed
    without = {unit.pk: Decision(part)}
    explained = {unit.pk: Decision(part, "Separuhnya sudah dihitung tahun 2022.")}

    with pytest.raises(BusinessRuleError):
        verified(partly, verifier, decisions=without)
    verified(partly, verifier, decisions=explained)

    unit.refresh_from_db()
    assert unit.verified == unit.entry.hectares == part


def test_a_review_costs_the_same_for_more_footprints(
    client, log_in, bare, partly, works, queries_of
):
    log_in("verifier")
    url = reverse("programs:report-review", args=[partly.pk])
    few = queries_of(client.get, url)
    for number in range(3):
        other = activity_in(bare, agency=works[0].agency, name=f"Titian {number}")
        drawn(bare, other, 50, 50, north=150 + 60 * number)
        credit_unit_of(bare, other)

    assert queries_of(client.get, url) == few


def credit_unit_of(line, activity):
    claim = claim_of(line, footprint=footprint_of(activity.pk), hectares=Decimal("0.2"))
    return credit(**claim, by=UserFactory())


# ---- drawing it ------------------------------------------------------------------


def url_of(activity):
    return reverse("programs:activity-footprint", args=[activity.pk])


def test_a_map_file_becomes_the_footprint(client, log_in, works):
    log_in("operator")
    file = SimpleUploadedFile("jejak.geojson", geojson(shape(rectangle(100, 100))))

    answer = client.post(url_of(works[1]), {"file": file, "source": "GPS, 3 Mei 2023"})

    assert answer.status_code == 302
    stored = Footprint.objects.get()
    assert stored.key == footprint_of(works[1].pk)
    assert stored.outline_hectares == about("1")
    assert stored.outline_source == "GPS, 3 Mei 2023"
    page = client.get(works[1].get_absolute_url()).content.decode()
    assert "GPS, 3 Mei 2023" in page
    assert "footprint-own" in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "salah satu saja"),
        ({"text": "{"}, "bukan GeoJSON"),
        ({"text": '{"type": "Point", "coordinates": [114, -3]}'}, "Polygon"),
    ],
)
def test_what_cannot_be_read_is_told(client, log_in, works, values, sentence):
    log_in("operator")

    page = client.post(url_of(works[1]), values)

    assert sentence in page.content.decode()
    assert not Footprint.objects.exists()


def test_a_credited_footprint_is_shown_closed(client, log_in, bare, works, verifier):
    drawn(bare, works[1])
    verified(submitted(works[1], year(2023)), verifier)
    log_in("operator")

    page = client.get(url_of(works[1])).content.decode()

    assert "sudah dikreditkan oleh entri" in page
    assert "<textarea" not in page


def test_another_office_cannot_draw_it(client, log_in, works):
    log_in("operator")

    assert client.get(url_of(works[0])).status_code == 403


def test_the_api_takes_and_lists_footprints(client, log_in, works):
    log_in("operator")
    url = reverse("activities-footprint", args=[works[1].pk])
    body = {"outline": rectangle(100, 100), "source": "GPS"}

    stored = client.post(url, body, content_type="application/json")
    listed = client.get(reverse("footprints-list"), {"area": works[1].area_id}).json()
    alone = client.get(reverse("footprints-detail", args=[stored.json()["id"]])).json()

    assert stored.status_code == 200
    assert listed["results"][0]["key"] == footprint_of(works[1].pk)
    assert "outline" not in listed["results"][0]
    assert alone["outline"] == rectangle(100, 100)
