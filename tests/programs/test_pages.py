"""The pages: what each person finds, what a form refuses, and that lists stay quick."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from areas.models import LedgerEntry
from core.numbers import format_input
from programs import services
from programs.models import Activity, Programme, ProgressReport
from tests.factories_ledger import credit_unit
from tests.factories_programs import (
    ActivityFactory,
    PeriodFactory,
    ProgrammeFactory,
    activity_in,
    filled,
)


def entry_url(report):
    return reverse("programs:report-entry", args=[report.pk])


def review_url(report):
    return reverse("programs:report-review", args=[report.pk])


def entered(report, **changed):
    """What the entry page sends: the stored figures, with `changed` over them."""
    data = {"lines": [line.pk for line in report.lines.all()], "note": ""}
    for line in report.lines.all():
        prefix = f"k{line.pk}"
        for name in ("volume", "physical_percent", "spent"):
            value = getattr(line, name)
            data[f"{prefix}-{name}"] = "" if value is None else format_input(value)
        data[f"{prefix}-note"] = line.note
        for unit in line.units.all():
            key = f"{prefix}-u{unit.neighbourhood_id or 0}"
            data[f"{key}-hectares"] = format_input(unit.reported)
            data[f"{key}-reason"] = unit.reason
    return data | changed


@pytest.fixture
def line(draft):
    return draft.lines.get()


# ---- lists -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "count"),
    [("operator", 1), ("viewer", 1), ("verifier", 1), ("stranger", 0)],
)
def test_reports_are_listed_in_scope_only(client, log_in, submitted, person, count):
    log_in(person)

    page = client.get(reverse("programs:report-list"))

    assert page.context["page_obj"].paginator.count == count


def test_reports_as_csv_are_those_of_the_filter(client, log_in, submitted):
    log_in("verifier")
    url = reverse("programs:report-list")

    response = client.get(url, {"format": "csv", "status": "submitted"})
    rows = b"".join(response.streaming_content).decode().splitlines()
    none = client.get(url, {"format": "csv", "status": "verified"})

    assert "2,348808" in rows[1]
    assert len(b"".join(none.streaming_content).splitlines()) == 1


def test_pick_lists_name_only_agencies_in_scope(client, log_in, submitted):
    log_in("stranger")

    page = client.get(reverse("programs:report-list"))

    field = page.context["filterset"].form.fields["agency"]
    assert not field.queryset.exists()


@pytest.mark.parametrize("name", ["programme-list", "report-list"])
def test_lists_cost_the_same_for_more_rows(
    client, log_in, operator, office, queries_of, name
):
    def add(first, count):
        for number in range(first, first + count):
            period = PeriodFactory(
                starts_on=date(2000 + number, 1, 1),
                ends_before=date(2000 + number, 4, 1),
                due_on=date(2000 + number, 4, 9),
            )
            ActivityFactory(programme=ProgrammeFactory(agency=office, year=2001))
            services.start_report(office, period=period, by=operator)

    log_in("operator")
    url = reverse(f"programs:{name}")
    add(2, 2)
    few = queries_of(client.get, url)
    add(4, 6)

    assert queries_of(client.get, url) == few


def test_empty_lists_say_what_to_do(client, log_in):
    log_in("operator")

    programmes = client.get(reverse("programs:programme-list")).content.decode()
    reports = client.get(reverse("programs:report-list")).content.decode()

    assert "Belum ada program" in programmes
    assert reverse("programs:programme-create") in programmes
    assert "Belum ada laporan" in reports


# ---- programmes and activities -----------------------------------------------


def test_a_programme_is_made_and_changed_by_form(client, log_in, office):
    log_in("operator")
    values = {
        "agency": office.pk,
        "code": "1.04.03",
        "name": "Penataan",
        "year": "2026",
        "fund": "dak",
        "budget": "3.200.000.000",
    }
    client.post(reverse("programs:programme-create"), values)
    programme = Programme.objects.get()
    url = reverse("programs:programme-edit", args=[programme.pk])

    client.post(url, values | {"name": "Penataan ulang"})

    programme.refresh_from_db()
    assert (programme.budget, programme.name) == (3_200_000_000, "Penataan ulang")


def test_a_programme_form_shows_every_problem(client, log_in, office):
    log_in("operator")
    values = {"agency": office.pk, "code": "", "name": "x", "year": "1990", "fund": "x"}

    page = client.post(reverse("programs:programme-create"), values)

    assert page.status_code == 200
    assert {"code", "fund"} <= set(page.context["form"].errors)


def test_an_activity_begins_with_its_area(client, log_in, office, area, units):
    log_in("operator")
    programme = ProgrammeFactory(agency=office)
    url = reverse("programs:activity-create", args=[programme.pk])

    first = client.get(url)
    second = client.get(url, {"area": area.pk})

    assert set(first.context["form"].fields) == {"area"}
    assert units[0].rt_rw in second.content.decode()


def test_an_activity_is_made_by_form(client, log_in, office, area, units):
    log_in("operator")
    programme = ProgrammeFactory(agency=office)
    url = reverse("programs:activity-create", args=[programme.pk])
    values = {
        "name": "Drainase",
        "indicator": "4b",
        "volume": "120,5",
        "agency": office.pk,
        "neighbourhoods": [units[0].pk],
    }

    response = client.post(f"{url}?area={area.pk}", values)

    activity = Activity.objects.get()
    assert response.url == activity.get_absolute_url()
    assert (activity.volume, activity.unit) == (Decimal("120.5"), "m")
    assert list(activity.neighbourhoods.all()) == [units[0]]


def test_an_activity_page_shows_what_was_reported(client, log_in, verified, activity):
    log_in("viewer")

    page = client.get(activity.get_absolute_url())

    (row,) = page.context["lines"]
    assert (row["reported"], row["verified"]) == (Decimal("2.348808"),) * 2


# ---- entry -------------------------------------------------------------------


def test_start_and_fill_in(client, log_in, activity, office, period):
    log_in("operator")
    start = reverse("programs:report-start")

    response = client.post(start, {"agency": office.pk, "period": period.pk})

    report = ProgressReport.objects.get()
    assert response.url == entry_url(report)
    assert "0 dari 1 kegiatan lengkap" in client.get(response.url).content.decode()


def test_numbers_are_read_as_people_here_write_them(client, log_in, draft, line, units):
    log_in("operator")
    data = entered(
        draft,
        **{
            f"k{line.pk}-volume": "1234,5",
            f"k{line.pk}-spent": "1.250.000",
            f"k{line.pk}-u{units[1].pk}-hectares": "0,85",
        },
    )

    response = client.post(entry_url(draft), data)

    line.refresh_from_db()
    assert response.status_code == 302
    assert (line.volume, line.spent) == (Decimal("1234.5"), Decimal(1_250_000))
    stored = line.units.get(neighbourhood=units[1])
    assert stored.reported == Decimal("0.848808")


def test_all_refused_inputs_are_told_at_once_and_kept(
    client, log_in, draft, line, units
):
    log_in("operator")
    refused = {
        f"k{line.pk}-volume": "1.234",
        f"k{line.pk}-physical_percent": "101",
        f"k{line.pk}-u{units[0].pk}-hectares": "9",
    }

    page = client.post(entry_url(draft), entered(draft, **refused))

    told = {field.html_name for _panel, field, _text in page.context["entry"].problems}
    assert told == set(refused)
    assert 'value="1.234"' in page.content.decode()
    line.refresh_from_db()
    assert line.volume == 100


def test_a_line_added_meanwhile_stays_as_it_is(
    client, log_in, draft, line, operator, decree_line, office
):
    """The page was opened before: what it does not know it must not blank."""
    log_in("operator")
    data = entered(draft)
    road = activity_in(decree_line, agency=office)
    services.save_report_lines(draft, lines=[filled(road)], by=operator)

    client.post(entry_url(draft), data)

    assert draft.lines.get(activity=road).volume == 100


def test_keys_beyond_a_thousand_are_not_grouped(
    client, log_in, activity, office, period
):
    """Pages write 1.234 for a number of people, never for a key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('programs_reportline', 'id'), 54321)"
        )
    user = log_in("operator")
    report = services.start_report(office, period=period, by=user)

    page = client.get(entry_url(report)).content.decode()

    assert 'name="lines" value="54322"' in page
    assert 'id="k54322"' in page


def test_submitting_saves_first_and_lists_what_is_missing(client, log_in, draft, line):
    log_in("head")
    data = entered(draft, step="submit", **{f"k{line.pk}-spent": ""})

    page = client.post(entry_url(draft), data, follow=True)

    line.refresh_from_db()
    draft.refresh_from_db()
    assert (line.spent, draft.status) == (None, "draft")
    assert "1 hal belum lengkap" in page.content.decode()
    assert "uang terserap" in page.content.decode()


def test_the_head_submits_from_the_page(client, log_in, draft):
    log_in("head")

    response = client.post(entry_url(draft), entered(draft, step="submit"))

    draft.refresh_from_db()
    assert (response.url, draft.status) == (draft.get_absolute_url(), "submitted")


def test_an_operator_finds_submitting_closed_with_the_reason(client, log_in, draft):
    log_in("operator")

    page = client.get(entry_url(draft)).content.decode()

    assert "Yang mengajukan adalah kepala Disperkim Banjarmasin." in page
    assert 'value="submit"' not in page
    assert (
        client.post(entry_url(draft), entered(draft, step="submit")).status_code == 403
    )


def test_entry_is_for_the_own_office(client, log_in, draft):
    for person, status in (("viewer", 403), ("verifier", 403), ("stranger", 404)):
        log_in(person)
        assert client.get(entry_url(draft)).status_code == status


def test_a_save_that_comes_too_late_is_told(client, log_in, draft, head):
    log_in("operator")
    data = entered(draft)
    services.submit_report(draft, by=head)

    page = client.post(entry_url(draft), data, follow=True)

    assert "Tidak tersimpan" in page.content.decode()


def test_the_entry_page_costs_the_same_for_more_lines(
    client, log_in, office, operator, period, queries_of
):
    log_in("operator")
    programme = ProgrammeFactory(agency=office)
    ActivityFactory.create_batch(2, programme=programme)
    report = services.start_report(office, period=period, by=operator)
    few = queries_of(client.get, entry_url(report))
    ActivityFactory.create_batch(5, programme=programme)
    services.add_missing_lines(report, by=operator)

    assert queries_of(client.get, entry_url(report)) == few


# ---- review ------------------------------------------------------------------


def marked(report, mark="ok", **more):
    line = report.lines.get()
    return {f"k{line.pk}-mark": mark, "method": "desk", "step": "verify"} | more


def test_verify_as_reported(client, log_in, submitted):
    log_in("verifier")

    response = client.post(review_url(submitted), marked(submitted))

    assert response.url == submitted.get_absolute_url()
    assert LedgerEntry.objects.count() == 2
    page = client.get(response.url).content.decode()
    assert all(f"#{entry.pk}" in page for entry in LedgerEntry.objects.all())


def test_change_hectares_with_a_reason(client, log_in, submitted, units):
    log_in("verifier")
    line = submitted.lines.get()
    data = {
        f"k{line.pk}-u{units[0].pk}-verified": "1,2",
        f"k{line.pk}-u{units[1].pk}-verified": "0,85",
        f"k{line.pk}-reason": "16 KK belum tersambung",
    }

    client.post(review_url(submitted), marked(submitted, "fix", **data))

    assert sorted(e.hectares for e in LedgerEntry.objects.all()) == [
        Decimal("0.848808"),
        Decimal("1.2"),
    ]


@pytest.mark.parametrize(
    ("mark", "more", "told"),
    [
        ("", {}, "Baris ini belum ditandai."),
        ("no", {}, "Tulis alasan mengapa yang diverifikasi kurang"),
        ("fix", {}, "Isi hektarenya; 0 berarti tidak ada yang diterima."),
        ("ok", {"method": ""}, "Pilih cara verifikasi"),
        ("ok", {"method": "field"}, "Isi tanggal kunjungan."),
    ],
)
def test_a_refused_review_keeps_what_was_typed(
    client, log_in, submitted, mark, more, told
):
    log_in("verifier")

    page = client.post(review_url(submitted), marked(submitted, mark, **more))

    assert page.status_code == 200
    assert told in page.content.decode()
    assert not LedgerEntry.objects.exists()


def test_what_is_counted_already_is_named_and_needs_no_mark(
    client, log_in, submitted, decree_line, units
):
    for unit in units:
        credit_unit(decree_line, unit, period="TW II 2021", cause="Titian ulin 640 m")
    log_in("verifier")

    page = client.get(review_url(submitted)).content.decode()
    response = client.post(review_url(submitted), {"method": "desk", "step": "verify"})

    assert "Titian ulin 640 m" in page
    assert "TW II 2021" in page
    assert response.status_code == 302
    assert LedgerEntry.objects.count() == 2


def test_return_from_the_review_page(client, log_in, submitted):
    log_in("verifier")
    data = {"step": "return", "reason": "Foto belum ada."}

    client.post(review_url(submitted), data)

    submitted.refresh_from_db()
    assert (submitted.status, submitted.return_reason) == (
        "returned",
        "Foto belum ada.",
    )


def test_return_without_a_reason_is_refused(client, log_in, submitted):
    log_in("verifier")

    page = client.post(review_url(submitted), {"step": "return", "reason": " "})

    assert page.context["return_form"].errors
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_a_second_verifier_is_told_that_it_is_done(client, log_in, submitted, verifier):
    log_in("verifier")
    data = marked(submitted)
    services.verify_report(submitted, method="desk", by=verifier)

    response = client.post(review_url(submitted), data)

    assert response.url == submitted.get_absolute_url()
    assert LedgerEntry.objects.count() == 2


def test_a_report_that_is_no_longer_submitted_leads_to_itself(client, log_in, draft):
    log_in("verifier")

    assert client.get(review_url(draft)).url == draft.get_absolute_url()


def test_the_review_shows_what_changed(
    client, log_in, returned, activity, operator, head
):
    line = filled(activity, volume=Decimal(90))
    services.save_report_lines(returned, lines=[line], by=operator)
    services.submit_report(returned, by=head)
    log_in("verifier")

    page = client.get(review_url(returned)).content.decode()

    assert "<del>100 m</del>" in page
    assert "<ins>90 m</ins>" in page


# ---- steps by themselves -----------------------------------------------------


def test_submit_by_the_step_button(client, log_in, draft):
    log_in("head")

    client.post(reverse("programs:report-submit", args=[draft.pk]))

    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_a_report_that_lacks_something_leads_to_its_entry(
    client, log_in, activity, office, head, period
):
    report = services.start_report(office, period=period, by=head)
    log_in("head")

    response = client.post(reverse("programs:report-submit", args=[report.pk]))

    assert response.url == entry_url(report)


def test_a_returned_report_shows_the_reason(client, log_in, returned):
    log_in("operator")

    assert "Foto belum ada." in client.get(entry_url(returned)).content.decode()
    page = client.get(returned.get_absolute_url()).content.decode()
    assert "Foto belum ada." in page


def test_pages_work_in_english_too(client, log_in, submitted):
    log_in("verifier")
    client.cookies["django_language"] = "en"

    page = client.get(review_url(submitted))

    assert "Check the report of" in page.content.decode()
