"""The list of commitments: its sums, its filters and what its files say."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency
from coordination import services
from coordination.models import CommitmentArea, CommitmentUpdate
from programs import services as programs
from tests.coordination.promises import promise_of
from tests.factories import AgencyFactory
from tests.factories_coordination import CommitmentFactory, DecisionFactory
from tests.factories_ledger import decreed_area
from tests.factories_practices import PracticeFactory
from tests.factories_programs import activity_in, drafted, filled

pytestmark = pytest.mark.django_db

URL = reverse("coordination:commitment-list")
NEXT_YEAR = timezone.localdate() + timedelta(days=365)


@pytest.fixture
def commitment(office, province):
    return promise_of(
        office, host=province, target_hectares=Decimal(3), due_on=NEXT_YEAR
    )


def another(commitment, **values):
    return CommitmentFactory(
        meeting=commitment.meeting,
        **{"agency": commitment.agency, "due_on": NEXT_YEAR} | values,
    )


def cards_on(client, **query):
    cards = client.get(URL, query).context["cards"]
    return {card.label: (card.value, card.url) for card in cards}


# ---- sums ----------------------------------------------------------------------------
def test_sums_stand_above_and_an_rt_that_is_shared_counts_once(
    client, head, commitment, office, verifier
):
    activity = activity_in(decreed_area("1.5", "0.5", agency=office), agency=office)
    late = another(commitment, due_on=date(2026, 1, 5), target_hectares=Decimal(1))
    for row in (commitment, late):
        row.activities.add(activity, through_defaults={"by": head})
    client.force_login(head)
    assert cards_on(client)["Terverifikasi"][0] is None

    report = drafted(office, by=head, lines=[filled(activity)])
    report = programs.submit_report(report, by=head)
    programs.verify_report(report, method="desk", by=verifier)
    services.accept_commitment(late, by=head)

    cards = cards_on(client, agency=office.pk)
    assert {label: value for label, (value, _url) in cards.items()} == {
        "Komitmen": 2,
        "Selesai": 0,
        "Terlambat": 1,
        "Belum diterima": 1,
        "Dijanjikan": Decimal(4),
        "Terverifikasi": Decimal(2),
    }
    for label in ("Komitmen", "Selesai", "Terlambat", "Belum diterima"):
        value, url = cards[label]
        assert f"agency={office.pk}" in url
        assert len(client.get(url).context["object_list"]) == value


def test_under_a_filter_of_states_only_its_own_sum_is_shown(client, head, commitment):
    client.force_login(head)

    assert set(cards_on(client, state="open")) == {
        "Komitmen",
        "Dijanjikan",
        "Terverifikasi",
    }


# ---- filters -------------------------------------------------------------------------
def test_filtered_by_district_and_by_practice(client, editor, commitment, office):
    practice = PracticeFactory(agency=office)
    adopted = another(commitment, practice=practice)
    here = another(commitment)
    for _number in range(2):  # two areas of the district: one row
        here.areas.add(decreed_area("1", agency=office).area)
    client.force_login(editor)

    def found(**query):
        return [row.pk for row in client.get(URL, query).context["object_list"]]

    assert found(regency="63.71") == [here.pk]
    assert found(practice=practice.pk) == [adopted.pk]
    assert found(practice=practice.pk, regency="63.71") == []


def test_a_cell_of_the_map_leads_to_the_commitments_that_it_counts(
    client, editor, commitment, office
):
    area = decreed_area("1", agency=office).area
    for row in (commitment, another(commitment)):
        CommitmentArea.objects.create(commitment=row, area=area)
    helped = another(commitment, agency=AgencyFactory())
    helped.supporters.add(office)
    CommitmentArea.objects.create(commitment=helped, area=area)
    client.force_login(editor)

    for rows, place in (("", "regency=63.71"), ("area", f"area={area.pk}")):
        page = client.get(reverse("coordination:collaboration"), {"rows": rows})
        html = page.content.decode()
        query = f"agency={office.pk}&part=responsible&state=pending&{place}"
        link = f'href="{URL}?{query.replace("&", "&amp;")}">2 komitmen</a>'
        assert link in html
        found = client.get(f"{URL}?{query}").context["object_list"]
        assert commitment in found
        assert len(found) == 2


# ---- files ---------------------------------------------------------------------------
def test_the_file_says_everything_of_a_commitment(
    client, head, commitment, province, office
):
    decision = DecisionFactory(meeting=commitment.meeting, text="Data disepakati")
    type(commitment).objects.filter(pk=commitment.pk).update(
        proof="BAST", target_volume=350, target_unit="m", decision=decision
    )
    commitment.supporters.add(province)
    services.accept_commitment(commitment, by=head)
    services.report_progress(commitment, text="Lelang selesai.", by=head)
    client.force_login(head)

    row = rows_of(client)[0]

    for heading, value in {
        "Bukti selesai": "BAST",
        "Pendukung": province.short_name,
        "Volume dijanjikan": "350",
        "Satuan": "m",
        "Butir agenda": "1. Pembahasan 1",
        "Kesepakatan": "Data disepakati",
        "Diterima oleh": "head",
        "Kabar terakhir": "Lelang selesai.",
        "Selesai pada": "",
        "Alasan dibatalkan": "",
    }.items():
        assert row[heading] == value
    assert row["Diterima pada"].startswith(f"{timezone.localdate():%Y-%m-%d}")


def rows_of(client):
    answer = client.get(URL, {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_list_and_file_cost_the_same_for_more(
    client, head, commitment, office, queries_of
):
    client.force_login(head)

    def fill(row):
        row.areas.add(decreed_area("1", agency=office).area)
        row.supporters.add(Agency.objects.exclude(pk=office.pk).first())
        activity = activity_in(decreed_area("1", agency=office), agency=office)
        row.activities.add(activity, through_defaults={"by": head})
        CommitmentUpdate.objects.create(
            commitment=row, step="progress", text="Kabar", by=head
        )

    fill(commitment)
    few = (queries_of(client.get, URL), queries_of(rows_of, client))
    for _number in range(4):
        fill(another(commitment, decision=DecisionFactory(meeting=commitment.meeting)))
    assert (queries_of(client.get, URL), queries_of(rows_of, client)) == few
