"""The home page: figures of the own scope, its filters, and what it says when empty."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Agency
from agencies.roles import Role
from programs import services
from tests.cast import member
from tests.factories import RegionFactory
from tests.factories_coordination import CommitmentFactory, meeting_in
from tests.factories_ledger import (
    LedgerAreaFactory,
    credit_unit,
    decreed_area,
    surveyed_twice,
    verified_survey,
)
from tests.factories_programs import PeriodFactory, activity_in, drafted, filled

URL = "/"


@pytest.fixture
def areas(office, other_office, region_tree):
    """10 ha in Banjarmasin (4 handled, heavy), 20 ha in Banjarbaru (none, light)."""
    one = decreed_area("4", "6", agency=office, name="Kawasan Melati")
    two = decreed_area(
        "20", agency=other_office, regency=region_tree["63.72"], name="Kawasan Seroja"
    )
    credit_unit(one)
    verified_survey(one.area, "heavy", date(2021, 1, 8), 62)
    verified_survey(two.area, "light", date(2021, 1, 8), 20)
    return one, two


def figures_of(client, **query):
    return client.get(URL, query).context["figures"].total


# ---- whose figures -----------------------------------------------------------


def test_the_province_sees_all_its_regencies(client, log_in, areas):
    log_in("verifier")

    page = client.get(URL)

    total = page.context["figures"].total
    assert (total.areas, total.decreed, total.handled) == (2, Decimal(30), Decimal(4))
    assert "Kawasan kumuh Kalimantan Selatan" in page.content.decode()


def test_years_are_written_as_years(client, log_in, areas):
    log_in("verifier")

    page = client.get(URL).content.decode()

    assert re.search(r'<th scope="row" class="full">20\d\d\D', page)
    assert not re.search(r'<th scope="row" class="full">2\.0\d\d', page)


def test_a_district_sees_its_own(client, log_in, areas):
    log_in("operator")

    page = client.get(URL)

    assert page.context["figures"].total.decreed == 10
    html = page.content.decode()
    assert "Kawasan kumuh Kota Banjarmasin" in html
    assert "Kawasan Melati" in html
    assert "Seroja" not in html
    assert "Banjarbaru" not in html


def test_an_agency_that_acts_elsewhere_sees_that_area_too(
    client, log_in, areas, office
):
    areas[1].area.acting_agencies.create(agency=office)
    log_in("operator")

    page = client.get(URL)

    assert page.context["figures"].total.decreed == 30
    assert {region.code for region in page.context["regencies"]} == {"63.71", "63.72"}


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(URL).status_code == 302


# ---- what stands there -------------------------------------------------------


def test_key_figures_show_share_arithmetic_decree_and_day(client, log_in, areas):
    log_in("verifier")

    html = client.get(URL, {"as_of": "2022-06-30"}).content.decode()

    for text in (
        '<data value="30.000000">30,00</data>',
        "13,33\u00a0%",
        "4,00 ÷ 30,00 ha",
        "30,00 − 4,00 ha",
        "SK-UJI 1/2020",
        "per 30 Jun 2022",
    ):
        assert text in html


def test_improved_and_out_of_slum_say_how_they_come_about(client, log_in, office):
    surveyed_twice(decreed_area("4", agency=office), "heavy", "light")
    decreed_area("6", agency=office)
    log_in("operator")

    html = client.get(URL, {"as_of": "2022-06-30"}).content.decode()

    assert "4,00 ÷ 10,00 ha. Kawasan utuh yang tingkatnya turun" in html
    assert "0,00 ÷ 10,00 ha. Kawasan utuh yang tidak kumuh lagi" in html
    assert "belum dihitung" not in html


def test_filters_that_the_panel_does_not_offer_count_and_stay(
    client, log_in, areas, office
):
    log_in("verifier")
    query = {"as_of": "2022-06-30", "agency": office.pk, "method": "field"}

    page = client.get(URL, query)

    total = page.context["figures"].total
    assert (total.decreed, total.handled) == (30, 0)  # the credit is from the desk
    html = page.content.decode()
    assert f'<input type="hidden" name="agency" value="{office.pk}"' in html
    assert f'agency={office.pk}&amp;method=field&amp;format=xlsx"' in html
    assert "Belum ditangani" not in html


def test_every_figure_is_a_link_to_its_rows(client, log_in, areas):
    log_in("verifier")

    page = client.get(URL, {"as_of": "2022-06-30", "severity": "heavy"})

    for figure in page.context["figures"].key_figures.values():
        assert figure.rows_url == "/kawasan/?severity=heavy&as_of=2022-06-30"
    html = page.content.decode()
    assert 'href="/kawasan/?severity=heavy&amp;as_of=2022-06-30&amp;authority' in html


def test_a_regency_without_areas_is_a_dash_and_not_a_zero(client, log_in, areas):
    RegionFactory(code="63.10", name="Kabupaten Tanah Bumbu")
    log_in("verifier")

    page = client.get(URL)

    rows = {row.label: row.sums for row in page.context["regency_rows"]}
    assert rows["Kabupaten Tanah Bumbu"] is None
    assert rows["Kota Banjarbaru"].handled == 0
    assert "tidak ada kawasan dalam SK yang berlaku" in page.content.decode()


def test_regencies_stand_in_the_order_of_their_share(client, log_in, areas):
    log_in("verifier")

    rows = client.get(URL).context["regency_rows"]

    assert [row.label for row in rows] == ["Kota Banjarmasin", "Kota Banjarbaru"]


def test_hectares_of_a_running_period_are_announced(client, log_in, office):
    line = decreed_area("1", "2", agency=office)
    credit_unit(line, effective_on=date(2022, 12, 31))
    log_in("operator")

    html = client.get(URL, {"as_of": "2022-06-30"}).content.decode()

    assert "ha lagi sudah terverifikasi" in html


def test_areas_outside_every_decree_are_mentioned(client, log_in, areas, office):
    LedgerAreaFactory(agency=office)
    log_in("operator")

    assert "tidak tercantum dalam SK" in client.get(URL).content.decode()


# ---- filters -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "decreed"),
    [
        ({"regency": "63.71"}, 10),
        ({"severity": "light"}, 20),
        ({"severity": "none"}, 0),
        ({"authority": "province"}, 10),
        ({"authority": "central"}, 20),
        ({"as_of": "2019-12-31"}, 0),
        ({"as_of": "2020-12-31", "severity": "none"}, 30),
        ({"regency": "63.71", "severity": "light"}, 0),
    ],
)
def test_filters_narrow_the_figures(client, log_in, areas, query, decreed):
    log_in("verifier")

    assert figures_of(client, **query).decreed == decreed


def test_as_of_before_the_credit_has_nothing_handled(client, log_in, areas):
    log_in("verifier")

    assert figures_of(client, as_of="2021-12-30").handled == 0
    assert figures_of(client, as_of="2021-12-31").handled == 4


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "kemarin"},
        {"as_of": "31-12-2021"},
        {"as_of": "2021-02-30"},
        {"regency": "63.99"},
        {"regency": "\x00"},
        {"severity": "parah"},
        {"authority": "desa"},
    ],
)
def test_a_filter_that_cannot_be_read_shows_no_figures(client, log_in, areas, query):
    log_in("verifier")

    page = client.get(URL, query)

    assert page.status_code == 200
    assert "cards" not in page.context
    assert "Angka tidak ditampilkan" in page.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_the_calendar_are_answered(client, log_in, areas, day):
    log_in("verifier")

    assert client.get(URL, {"as_of": day}).status_code == 200


def test_another_districts_code_is_no_way_round_the_scope(client, log_in, areas):
    log_in("operator")

    page = client.get(URL, {"regency": "63.72"})

    assert page.context["figures"].total.areas == 0
    assert "Seroja" not in page.content.decode()


def test_a_name_with_markup_is_shown_as_text(client, log_in, office):
    line = decreed_area("1", agency=office, name="<script>alert(1)</script>")
    line.area.latitude, line.area.longitude = Decimal("-3.3"), Decimal("114.6")
    line.area.save()
    log_in("operator")

    html = client.get(URL).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


# ---- nothing yet -------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "target"), [("editor", "/sk/baru/"), ("operator", 'href="/sk/"')]
)
def test_without_a_decree_the_page_says_what_to_do(client, log_in, person, target):
    log_in(person)

    html = client.get(URL).content.decode()

    assert "Belum ada SK yang berlaku" in html
    assert target in html


def test_a_guest_without_region_finds_invitations_and_commitments_instead(
    client, ministry, office, queries_of
):
    guest = member("guest", ministry, Role.VIEWER)
    client.force_login(guest)
    assert "Belum ada undangan saat ini" in client.get(URL).content.decode()

    def invite(number):
        meeting = meeting_in("in_session", agency=office, guest=ministry)
        CommitmentFactory(meeting=meeting, agency=ministry, text=f"Dana {number}")
        return meeting

    meeting = invite(1)
    helped = CommitmentFactory(meeting=meeting, agency=office, text="Lahan")
    helped.supporters.add(ministry)
    html = client.get(URL).content.decode()

    assert "Belum ada SK yang berlaku" not in html
    assert meeting.get_absolute_url() in html
    assert "Dana 1" in html
    assert "Lahan" in html
    few = queries_of(client.get, URL)
    for number in range(2, 5):
        invite(number)
    assert queries_of(client.get, URL) == few


def test_a_ministry_that_acts_somewhere_sees_its_figures(client, ministry, office):
    line = decreed_area("4", agency=office)
    line.area.acting_agencies.create(agency=ministry)
    client.force_login(member("guest", ministry, Role.VIEWER))

    assert figures_of(client).decreed == 4


def test_a_filter_without_areas_offers_to_clear_it(client, log_in, areas):
    log_in("verifier")

    html = client.get(URL, {"severity": "not_slum"}).content.decode()

    assert "Tidak ada kawasan yang cocok" in html


# ---- cost --------------------------------------------------------------------


def test_more_areas_cost_no_more_queries(
    client, log_in, areas, office, django_assert_max_num_queries
):
    log_in("verifier")
    client.get(URL)
    with django_assert_max_num_queries(12) as few:
        client.get(URL)

    for _number in range(5):
        credit_unit(decreed_area("1", agency=office))
    with CaptureQueriesContext(few.connection) as many:
        client.get(URL)

    assert len(many) == len(few.captured_queries)


def test_a_district_page_stays_within_twelve_queries(
    client, log_in, areas, django_assert_max_num_queries
):
    log_in("operator")

    with django_assert_max_num_queries(12):
        client.get(URL)


# ---- reports in time ---------------------------------------------------------


def test_the_last_card_counts_offices_that_reported_in_time(
    client, log_in, areas, office, head, verifier
):
    Agency.objects.filter(level=Agency.Level.REGENCY).update(reports_progress=True)
    period = PeriodFactory(due_on=date(2099, 1, 1))
    report = drafted(
        office,
        by=head,
        lines=[filled(activity_in(areas[0], agency=office))],
        period=period,
    )
    services.submit_report(report, by=head)
    log_in("verifier")

    card = client.get(URL, {"as_of": "2022-06-30"}).context["cards"][-1]

    assert (card.value, card.unit) == (1, "dari 2 kantor")
    (row,) = client.get(reverse("programs:period-list")).context["object_list"]
    assert (row.in_time, row.offices) == (1, 2)
    assert card.url == period.get_absolute_url()


def test_a_filter_hides_the_card_of_the_offices(client, log_in, areas):
    Agency.objects.update(reports_progress=True)
    PeriodFactory()
    log_in("verifier")

    assert len(client.get(URL).context["cards"]) == 6
    assert len(client.get(URL, {"severity": "heavy"}).context["cards"]) == 5


def test_agency_without_a_region_sees_where_it_acts(client, areas, ministry):
    areas[1].area.acting_agencies.create(agency=ministry)
    client.force_login(member("pu", ministry, Role.VIEWER))

    page = client.get(URL)

    assert page.context["figures"].total.decreed == 20
    assert "Kota Banjarbaru" in page.content.decode()


def test_nobody_without_an_office_sees_figures(client, areas, django_user_model):
    client.force_login(django_user_model.objects.create(username="baru"))

    assert client.get(URL).context["figures"].total.areas == 0
