"""The pages of history: one area over the years, and the agreement of all areas."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from agencies.roles import Role
from programs.models import Activity, ActivityUnit
from tests.cast import member
from tests.factories_ledger import decreed_area
from tests.factories_programs import activity_in
from tests.history import BASE_ON, LATER_ON, OLD_RULES, corrected, reported, survey

pytestmark = pytest.mark.django_db

LIST = reverse("programs:agreement-list")


def page_of(area):
    return reverse("programs:area-history", args=[area.pk])


@pytest.fixture
def people(head, verifier):
    return {"by": head, "verifier": verifier}


@pytest.fixture
def base(area, people):
    """60 m without drainage, and 10 houses in disorder, in each of the two RT."""
    return survey(area, v4b=60, v1a=10, **people)


@pytest.fixture
def done(base, activity, units, people):
    """50 m in the first RT and 15 m anywhere, in the verified report of 2021."""
    ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])
    activity.volume = Decimal(50)
    anywhere = activity_in(
        activity.area.decree_lines.get(),
        agency=activity.agency,
        name="Saluran tersier",
        volume=Decimal(15),
    )
    return reported(activity, anywhere, year=2021, **people)


@pytest.fixture
def later(done, area, people):
    """60 m are left, 5 more than computed; one house was put in order unreported."""
    return survey(area, LATER_ON, v4b=30, v1a=9, **people)


@pytest.fixture
def shown(client, operator, area):
    client.force_login(operator)
    return lambda **query: client.get(page_of(area), query)


def row_of(response, code):
    return next(r for r in response.context["left_rows"] if r.indicator.code == code)


def cells_of(response, code, section=0):
    lines = [
        line
        for _aspect, lines in response.context["sections"][section].aspects
        for line in lines
    ]
    return next(line.cells for line in lines if line.indicator.code == code)


# ---- one area ----------------------------------------------------------------


def test_without_a_verified_survey_the_page_says_how_it_begins(shown):
    response = shown()

    assert "Belum ada penilaian kawasan ini yang diverifikasi" in response.text
    assert "sections" not in response.context


def test_a_baseline_alone_is_less_the_work_until_today(done, shown):
    response = shown()

    row = row_of(response, "4b")
    assert (row.left.baseline, row.left.verified, row.left.volume) == (120, 65, 55)
    assert (row.surveyed, response.context["later"]) == (None, None)
    assert response.context["final"].until == timezone.localdate()
    assert "belum ada" in response.text
    assert "<polyline" not in response.text


def test_the_change_names_its_cause_with_volume_year_and_report(
    later, activity, done, shown
):
    response = shown()

    first, second = cells_of(response, "4b")
    assert (first.change, second.change, second.done) == (None, -60, 65)
    text = response.text
    assert f'<a href="{activity.get_absolute_url()}">{activity.name}</a>' in text
    assert f'<a href="{done.get_absolute_url()}">Tahun 2021</a>' in text
    assert "2 kegiatan" in text
    assert cells_of(response, "1a")[1].is_unexplained
    assert text.count("tanpa kegiatan terverifikasi") == 1
    assert text.count("<polyline") == 2  # for a wide screen and for a phone


def test_what_is_left_stands_beside_the_next_survey(later, shown):
    response = shown()

    row = row_of(response, "4b")
    assert (row.left.volume, row.surveyed.volume) == (55, 60)
    assert (row.comparison.difference, row.left.by_area) == (5, 55)
    agreed = response.context["agreed"]
    assert (agreed.same, agreed.total) == (14, 16)
    assert response.context["final"].until == LATER_ON


def test_more_than_an_rt_lacked_is_shown_and_takes_off_no_more(
    base, activity, units, people, shown
):
    ActivityUnit.objects.create(activity=activity, neighbourhood=units[0])
    reported(activity, year=2021, **people)  # 100 m where 60 m lacked

    response = shown()

    row = row_of(response, "4b")
    assert (row.left.volume, row.left.by_area, row.left.excess) == (60, 20, 40)
    assert "lebih dari garis dasar" in response.text


def test_work_in_another_unit_is_listed_with_the_reason(base, activity, people, shown):
    activity.unit = "titik"
    activity.save()
    reported(activity, year=2021, **people)

    response = shown()

    assert row_of(response, "4b").left.verified == 0
    assert "yang tidak dapat dihitung (1)" in response.text
    assert "Satuannya “titik”, sedangkan indikator diukur dalam “m”." in response.text


def test_only_verified_reports_count(base, submitted, shown):
    assert row_of(shown(), "4b").left.verified == 0


def test_a_corrected_survey_is_struck_and_leads_to_its_correction(
    base, later, people, shown
):
    correction = corrected(base, v4b=55, v1a=10, **people)

    response = shown()

    assert row_of(response, "4b").left.baseline == 110
    assert len(response.context["surveys"]) == 3
    assert response.text.count('<tr class="is-corrected">') == 1
    link = (
        f'<a href="{correction.get_absolute_url()}">dikoreksi oleh penilaian baru</a>'
    )
    assert link in response.text


def test_rule_sets_have_parts_of_their_own(area, later, people, shown):
    old = survey(area, date(2018, 3, 1), rules=OLD_RULES, more={"4e": 5}, **people)

    response = shown()

    first, second = response.context["sections"]
    assert [survey.assessment for survey in first.surveys] == [old]
    assert (first.rules.code, len(second.surveys)) == (OLD_RULES, 2)
    assert cells_of(response, "4b", section=1)[0].change is None
    assert "nilainya tidak pernah dikurangkan satu dari yang lain" in response.text
    assert response.context["final"].base.on == BASE_ON


def test_work_is_mapped_to_the_baselines_rule_set_by_what_it_measures(
    area, people, shown, decree_line, office
):
    survey(area, rules=OLD_RULES, more={"4e": 40}, **people)
    built = activity_in(decree_line, agency=office, indicator="4c", volume=Decimal(30))
    reported(built, year=2021, **people)

    row = row_of(shown(), "4e")

    assert (row.left.baseline, row.left.volume) == (80, 50)


def test_the_reader_chooses_base_and_compared(base, later, area, people, shown):
    last = survey(area, LATER_ON + timedelta(days=365), v4b=20, **people)

    usual = shown().context
    chosen = shown(base=later.pk, compared=last.pk).context
    alone = shown(base=later.pk, compared="today").context

    assert (usual["final"].base.key, usual["later"].key) == (base.pk, last.pk)
    assert (chosen["final"].base.key, chosen["later"].key) == (later.pk, last.pk)
    assert (alone["final"].base.key, alone["later"]) == (later.pk, None)


@pytest.mark.parametrize(
    ("base_name", "compared_name", "sentence"),
    [
        ("later", "base", "Pilih penilaian yang lebih baru daripada garis dasar."),
        ("later", "later", "Pilih penilaian yang lebih baru daripada garis dasar."),
        ("old", "later", "Kedua penilaian memakai aturan yang berbeda."),
        ("garbage", "later", "Kedua penilaian ini tidak dapat dibandingkan"),
    ],
)
def test_a_pair_that_cannot_be_compared_is_told_and_the_usual_one_shown(
    base, later, area, people, shown, base_name, compared_name, sentence
):
    old = survey(area, date(2018, 3, 1), rules=OLD_RULES, **people)
    keys = {"base": base.pk, "later": later.pk, "old": old.pk, "garbage": "\x00x"}

    response = shown(base=keys[base_name], compared=keys[compared_name])

    assert response.status_code == 200
    assert sentence in response.text
    assert "Kedua penilaian ini tidak dapat dibandingkan" in response.text
    context = response.context
    assert (context["final"].base.key, context["later"].key) == (base.pk, later.pk)


def test_a_report_outside_the_scope_is_named_without_a_link(
    base, area, decree_line, other_office, people, shown
):
    neighbour = member("neighbour", other_office, Role.DISTRICT_HEAD)
    work = activity_in(decree_line, agency=other_office, name="Kolam retensi")
    report = reported(work, year=2021, by=neighbour, verifier=people["verifier"])
    survey(area, LATER_ON, v4b=10, **people)

    text = shown().text

    assert "Kolam retensi" in text
    assert "Tahun 2021" in text
    assert report.get_absolute_url() not in text


def test_a_page_costs_the_same_for_more_surveys_and_work(
    base, later, area, people, decree_line, office, shown, queries_of
):
    few = queries_of(shown)
    works = [activity_in(decree_line, agency=office) for _ in range(5)]
    Activity.objects.exclude(pk__in=[work.pk for work in works]).update(is_closed=True)
    reported(*works, year=2022, **people)
    for year in (2023, 2024, 2025):
        survey(area, date(year, 2, 1), v4b=20, **people)

    assert queries_of(shown) == few


# ---- all areas ---------------------------------------------------------------


def many(office, people, count):
    """More areas with a baseline, verified work in one RT and a later survey."""
    for _ in range(count):
        line = decreed_area("1.5", "0.5", agency=office)
        survey(line.area, v4b=60, **people)
        survey(line.area, LATER_ON, v4b=60, **people)


def test_every_indicator_of_a_later_survey_is_a_row(client, operator, later, area):
    client.force_login(operator)

    response = client.get(LIST)

    rows = {row.indicator.code: row for row in response.context["object_list"]}
    overall = response.context["overall"]
    assert len(rows) == 16
    assert (rows["4b"].comparison.difference, rows["1a"].comparison.difference) == (
        5,
        -2,
    )
    assert (overall.per_rt.same, overall.per_rt.total) == (14, 16)
    assert (overall.touched_per_rt.same, overall.touched_per_rt.total) == (0, 1)
    assert "14 dari 16 (87,50\u00a0%)" in strip_tags(response.text)
    assert f"{page_of(area)}?base=" in response.text


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"same": "no"}, ["1a", "4b"]),
        ({"touched": "yes"}, ["4b"]),
        ({"touched": "no", "same": "no"}, ["1a"]),
        ({"indicator": "4b"}, ["4b"]),
        ({"year": "2021"}, []),
        ({"same": "no", "sort": "-difference"}, ["4b", "1a"]),
        ({"same": "no", "sort": "verified"}, ["1a", "4b"]),
    ],
)
def test_filters_and_sorting(client, operator, later, query, codes):
    client.force_login(operator)

    response = client.get(LIST, query)

    found = [row.indicator.code for row in response.context["object_list"]]
    assert found == codes


def test_the_sums_leave_the_choice_of_differences_aside(client, operator, later):
    client.force_login(operator)

    overall = client.get(LIST, {"same": "no"}).context["overall"]

    assert (overall.per_rt.same, overall.per_rt.total) == (14, 16)


def test_a_filter_that_cannot_be_read_shows_no_rows(client, operator, later):
    client.force_login(operator)

    response = client.get(LIST, {"year": "x"})

    assert not response.context["object_list"]
    assert response.context["overall"].per_rt.total == 0
    assert "Ada saringan yang tidak terbaca" in response.text


def test_the_csv_has_the_rows_of_the_page(client, operator, later):
    client.force_login(operator)

    response = client.get(LIST, {"format": "csv", "indicator": "4b"})

    head, row = response.getvalue().decode("utf-8-sig").strip().split("\r\n")
    cells = dict(zip(head.split(";"), row.split(";"), strict=True))
    assert cells["Garis dasar"] == "120"
    assert (cells["Terverifikasi"], cells["Dihitung, per RT"]) == ("65", "55")
    assert (cells["Disurvei"], cells["Selisih"]) == ("60", "5")
    assert cells["Sama (per RT)"] == "tidak"


def test_strangers_see_nothing_of_it(client, stranger, later):
    client.force_login(stranger)

    response = client.get(LIST)

    assert not response.context["object_list"]
    assert "Belum ada survei berikutnya" in response.text


def test_pages_of_fifty(client, operator, office, people):
    many(office, people, 4)
    client.force_login(operator)

    response = client.get(LIST, {"page": "2"})

    assert response.context["page_obj"].paginator.count == 64
    assert len(response.context["object_list"]) == 14


def test_the_list_costs_the_same_for_more_areas(
    client, operator, office, people, later, queries_of
):
    client.force_login(operator)
    few = queries_of(client.get, LIST)
    many(office, people, 3)

    assert queries_of(client.get, LIST) == few


# ---- the API -----------------------------------------------------------------


def test_the_history_of_an_area_as_json(client, operator, base, later, area, activity):
    client.force_login(operator)

    data = client.get(f"/api/v1/assessment-histories/{area.pk}/").json()

    assert [row["id"] for row in data["surveys"]] == [base.pk, later.pk]
    final = data["final"]
    row = next(row for row in final["indicators"] if row["code"] == "4b")
    assert (final["base"], final["compared"]) == (base.pk, later.pk)
    assert final["until"] == LATER_ON.isoformat()
    assert row["baseline"] == "120.000000"
    assert (row["left"], row["surveyed"]) == ("55.000000", "60.000000")
    assert row["difference"] == "5.000000"
    assert row["works"][0]["activity"] == activity.pk
    assert row["works"][0]["effective_on"] == "2021-12-31"


def test_the_history_says_why_a_pair_cannot_be_compared(
    client, operator, base, later, area
):
    client.force_login(operator)

    response = client.get(
        f"/api/v1/assessment-histories/{area.pk}/",
        {"base": later.pk, "compared": base.pk},
    )

    assert response.status_code == 400
    assert response.json() == {
        "compared": ["Pilih penilaian yang lebih baru daripada garis dasar."]
    }


def test_an_area_without_a_survey_has_no_final(client, operator, area):
    client.force_login(operator)

    data = client.get(f"/api/v1/assessment-histories/{area.pk}/").json()

    assert data == {"area": area.pk, "surveys": [], "final": None}


def test_agreements_as_json_are_the_rows_of_the_page(client, operator, later):
    client.force_login(operator)

    data = client.get("/api/v1/assessment-agreements/", {"same": "no"}).json()

    assert data["count"] == 2
    row = data["results"][1]
    assert (row["code"], row["computed"], row["surveyed"], row["is_same"]) == (
        "4b",
        "55.000000",
        "60.000000",
        False,
    )


def test_the_summary_counts_both_ways(client, operator, later):
    client.force_login(operator)

    data = client.get("/api/v1/assessment-agreements/summary/").json()

    assert data["overall"]["per_rt"] == {"same": 14, "total": 16}
    assert data["overall"]["touched_by_area"] == {"same": 0, "total": 1}
    assert [row["label"] for row in data["years"]] == ["2022"]


def test_an_unreadable_filter_of_the_api_is_refused(client, operator):
    client.force_login(operator)

    response = client.get("/api/v1/assessment-agreements/", {"year": "x"})

    assert response.status_code == 400
    assert "year" in response.json()


def test_the_lines_of_the_chart_have_both_ends(client, operator, later, area):
    client.force_login(operator)
    page = client.get(reverse("programs:area-history", args=[area.pk]))

    paths = re.findall(r'class="gridline" d="([^"]*)"', page.content.decode())

    assert paths
    assert [path for path in paths if not re.fullmatch(r"M\d+ [\d.]+H\d+", path)] == []
