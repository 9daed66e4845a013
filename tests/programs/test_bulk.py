"""Several reports verified at once: each by the rules of one, none held by another."""

import pytest
from django.urls import reverse

from areas.models import LedgerEntry
from programs import services
from programs.bulk import verify_reports
from programs.models import ProgressReport
from programs.services import MarkInput
from tests.factories import AgencyFactory, MembershipFactory
from tests.factories_ledger import decreed_area
from tests.factories_programs import activity_in, drafted, filled

ADDRESS = "/api/v1/progress-reports/bulk-verify/"


def reported(region, period, name, **decree):
    """The submitted report of a new office: one line, two RT of 1 ha."""
    office = AgencyFactory(region=region, short_name=name)
    head = MembershipFactory(agency=office, role="district_head").user
    line = decreed_area("1", "1", agency=office, **decree)
    lines = [filled(activity_in(line, agency=office, name=f"Drainase {name}"))]
    report = drafted(office, by=head, lines=lines, period=period)
    return services.submit_report(report, by=head)


@pytest.fixture
def three(region_tree, period):
    """Two sound reports, and between them one that the decree's hectares refuse."""
    city = region_tree["63.71"]
    return [
        reported(city, period, "A"),
        reported(city, period, "B", hectares="1.5"),
        reported(city, period, "C"),
    ]


def states(reports):
    return [ProgressReport.objects.get(pk=report.pk).status for report in reports]


def test_one_that_is_refused_does_not_hold_the_others_back(three, verifier):
    results = verify_reports(three, method="desk", by=verifier)

    assert [(r.is_done, r.code) for r in results] == [
        (True, ""),
        (False, "rule_broken"),
        (True, ""),
    ]
    assert "lebih dari" in results[1].sentences[0]
    assert list(results[1].errors) == ["lines.0.units.1.verified"]
    assert states(three) == ["verified", "submitted", "verified"]
    assert LedgerEntry.objects.count() == 4


def test_marks_count_like_in_a_review(three, verifier):
    line = three[0].lines.get()
    marks = {line.pk: MarkInput("no", "Foto bukan dari sini.")}
    services.save_marks(three[0], marks=marks, by=verifier)

    verify_reports(three[:1], method="desk", by=verifier)

    assert {unit.verified for unit in line.units.all()} == {0}
    assert not LedgerEntry.objects.exists()


def test_the_rights_and_states_are_those_of_one(three, submitted, viewer, verifier):
    results = verify_reports(three, method="desk", by=viewer)
    assert {r.code for r in results} == {"not_allowed"}
    assert all(r.sentences for r in results)

    verify_reports(three[:1], method="desk", by=verifier)
    again = verify_reports(three[:1], method="desk", by=verifier)
    assert again[0].code == "wrong_state"
    assert "Terverifikasi" in again[0].sentences[0]


def test_the_list_offers_boxes_to_the_verifier_only(client, log_in, three):
    url = reverse("programs:report-list")
    log_in("verifier")
    assert client.get(url).text.count('name="laporan"') == 3
    log_in("editor")
    assert 'name="laporan"' not in client.get(url).text


def test_the_list_asks_the_same_number_of_queries_for_more_reports(
    client, log_in, region_tree, period, queries_of
):
    log_in("verifier")
    url = reverse("programs:report-list")
    reported(region_tree["63.71"], period, "A")
    few = queries_of(client.get, url)
    for name in "BCD":
        reported(region_tree["63.71"], period, name)

    assert queries_of(client.get, url) == few


def test_the_confirmation_shows_what_is_in_them(client, log_in, three, verifier):
    line = three[0].lines.get()
    services.save_marks(three[0], marks={line.pk: MarkInput("fix")}, by=verifier)
    log_in("verifier")
    keys = {"laporan": [report.pk for report in three]}

    page = client.get(reverse("programs:report-verify-many"), keys).text

    assert page.count('<data value="2.000000">2,00</data> ha dilaporkan') == 3
    assert "Baris 1: Isi hektarenya; 0 berarti tidak ada yang diterima." in page
    assert "Tidak ada yang menonjol." in page
    assert states(three) == ["submitted"] * 3


def test_the_page_tells_what_became_of_each(client, log_in, three):
    log_in("verifier")
    keys = [report.pk for report in three]

    page = client.post(
        reverse("programs:report-verify-many"), {"laporan": keys, "method": "desk"}
    ).text

    assert page.count("Belum diverifikasi") == 1
    assert "lebih dari" in page
    assert states(three) == ["verified", "submitted", "verified"]


def test_how_it_was_verified_is_asked_once_for_all(client, log_in, three):
    log_in("verifier")
    url = reverse("programs:report-verify-many")
    data = {"laporan": [three[0].pk], "method": "field"}

    page = client.post(url, data).text

    assert "Isi tanggal kunjungan" in page
    assert states(three) == ["submitted"] * 3


def test_nothing_chosen_is_told(client, log_in, three):
    log_in("verifier")
    url = reverse("programs:report-verify-many")

    assert "Pilih dulu laporannya" in client.get(url, follow=True).text
    assert "Pilih dulu laporannya" in client.post(url, {"method": "desk"}).text
    assert client.get(url, {"laporan": ["x", "9" * 30, "-1"]}).status_code == 302


# ---- the API ---------------------------------------------------------------------


def posted(client, data):
    return client.post(ADDRESS, data, content_type="application/json")


def test_the_api_answers_for_each(client, log_in, three, other_office):
    log_in("verifier")
    keys = [three[0].pk, three[1].pk, 987654321]

    response = posted(client, {"ids": keys, "method": "desk"})

    assert response.status_code == 200
    first, second, third = response.json()
    assert first == {"id": keys[0], "code": "", "detail": [], "errors": {}}
    assert (second["code"], list(second["errors"])) == (
        "rule_broken",
        ["lines.0.units.1.verified"],
    )
    assert third["code"] == "not_found"
    assert states(three) == ["verified", "submitted", "submitted"]


def test_what_the_person_does_not_see_is_not_found(client, log_in, three):
    log_in("stranger")
    response = posted(client, {"ids": [three[0].pk], "method": "desk"})

    assert [row["code"] for row in response.json()] == ["not_found"]
    assert states(three) == ["submitted"] * 3


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"method": "desk"},
        {"ids": [], "method": "desk"},
        {"ids": ["x"], "method": "desk"},
        {"ids": [10**30], "method": "desk"},
        {"ids": list(range(1, 60)), "method": "desk"},
        {"ids": [1]},
    ],
)
def test_bad_input_is_refused(client, log_in, data):
    log_in("verifier")

    assert posted(client, data).status_code == 400


def test_the_list_tells_what_other_work_counts_from_what_was_taken_off(
    client, log_in, activity, decree_line, office, operator, head, verifier, period
):
    road = activity_in(decree_line, agency=office, name="Jalan", indicator="2b")
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )
    services.submit_report(report, by=head)
    unit = report.lines.get(activity=activity).units.first()
    less = {unit.pk: services.Decision(unit.reported / 2, "Ujung utara belum.")}
    services.verify_report(report, method="desk", decisions=less, by=verifier)
    log_in("viewer")

    page = client.get(reverse("programs:report-list")).text

    said = (
        "sudah tercatat sebelumnya; Ujung utara belum.",
        "Ujung utara belum.; sudah",
    )
    assert any(f"ha: {text}" in page for text in said)
