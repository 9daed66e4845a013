"""What a report line built, per RT and indicator: service, page, endpoint."""

from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from areas.rule_sets import rules_of
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.models import PhysicalOutput
from programs.outputs import MEASURES, is_blank, output_problems, summary_of
from programs.sheet import sheet_of
from tests.factories_areas import rule_set
from tests.factories_ledger import decreed_area
from tests.factories_programs import activity_in, drafted

URL = "/api/v1/physical-outputs/"


@pytest.fixture
def line(draft):
    return draft.lines.get()


@pytest.fixture
def rows(units):
    return [
        {
            "neighbourhood": units[0].pk,
            "indicator": "4b",
            "length": Decimal(120),
            "width": Decimal("1.5"),
        },
        {"neighbourhood": units[1].pk, "indicator": "4b", "households": 14, "units": 3},
    ]


@pytest.fixture
def stored(line, rows, operator):
    return services.set_outputs(line, rows=rows, by=operator)


def url_of(line):
    return reverse("programs:report-outputs", args=[line.report_id, line.pk])


# ---- the rule ------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"length": Decimal(1)}, set()),
        ({"households": 0}, set()),
        ({"units": 2, "neighbourhood": 2}, set()),
        ({}, {"length"}),
        ({"width": Decimal(1)}, {"length"}),
        ({"length": Decimal(0)}, {"length"}),
        ({"length": Decimal(1), "width": Decimal(-1)}, {"width"}),
        ({"households": -1, "units": 10**8}, {"households", "units"}),
        ({"units": 1, "neighbourhood": None}, {"neighbourhood"}),
        ({"units": 1, "neighbourhood": 9}, {"neighbourhood"}),
        ({"units": 1, "indicator": "9z"}, {"indicator"}),
    ],
)
def test_what_is_refused(values, fields):
    row = dict.fromkeys(MEASURES) | {"neighbourhood": 1, "indicator": "4b"} | values
    rules = rules_of(rule_set().pk)

    assert set(output_problems(**row, places={1, 2}, rules=rules)) == fields


@pytest.mark.django_db
def test_what_is_accepted_is_what_the_database_accepts():
    """Every mix of blank, below, at and above zero."""
    rules = rules_of(rule_set().pk)
    sizes, counts = (None, Decimal(-1), Decimal(0), Decimal(2)), (None, -1, 0, 2)
    for mix in product(sizes, sizes, counts, counts):
        values = dict(zip(MEASURES, mix, strict=True))
        length, width, households, units = mix
        accepted = (
            (length, households, units) != (None, None, None)
            and all(value is None or value > 0 for value in (length, width))
            and all(value is None or value >= 0 for value in (households, units))
            and (width is None or length is not None)
        )

        found = output_problems(
            neighbourhood=1, indicator="4b", places={1}, rules=rules, **values
        )

        assert (not found) == accepted, mix
        assert not is_blank(**values, note="") or found


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"length": Decimal("120.500000"), "width": Decimal(2)}, "120,5 × 2 m"),
        ({"length": Decimal(1200)}, "1.200 m"),
        ({"households": 14, "units": 3}, "14 KK, 3 unit"),
    ],
)
def test_an_output_in_words(values, text):
    assert summary_of(PhysicalOutput(**values)) == text


# ---- the service ---------------------------------------------------------------------


def test_all_rows_of_the_line_at_once(line, stored, rows, operator, units):
    kept = stored[0].pk
    changed = [rows[0] | {"length": Decimal(130)}, {"note": "", "indicator": "4b"}]

    after = services.set_outputs(line, rows=changed, by=operator)

    assert [(row.pk, row.length) for row in after] == [(kept, 130)]


def test_what_stays_the_same_leaves_no_trail(line, stored, rows, operator):
    events = PhysicalOutput.pgh_event_model.objects.count()

    services.set_outputs(line, rows=rows, by=operator)

    assert PhysicalOutput.pgh_event_model.objects.count() == events


def test_all_problems_are_told_at_once(line, stored, rows, operator, office):
    elsewhere = decreed_area("1", agency=office).area.neighbourhoods.get()
    rules = rules_of(line.activity.rule_set_id)
    wrong = [
        {"neighbourhood": elsewhere.pk, "indicator": "4b", "units": 1},
        rows[0],
        rows[0] | {"length": Decimal(5)},
        {"neighbourhood": None, "indicator": "9z", "width": Decimal(1)},
    ]

    with pytest.raises(BusinessRuleError) as refused:
        services.set_outputs(line, rows=wrong, by=operator)

    assert refused.value.errors == {
        "rows.0.neighbourhood": ["RT ini bukan RT kegiatan ini."],
        "rows.2.neighbourhood": [
            "RT dan indikator ini tertulis dua kali. Sisakan satu baris."
        ],
        "rows.3.neighbourhood": ["Pilih RT tempat hasil ini dibangun."],
        "rows.3.indicator": [f"Pilih indikator dari “{rules.title}”."],
        "rows.3.length": ["Lebar harus disertai panjangnya."],
    }
    assert line.outputs.count() == 2


def test_only_the_rt_that_the_activity_names(decree_line, units, office, operator):
    activity = activity_in(decree_line, agency=office, units=[units[0]])
    report = drafted(office, by=operator, lines=[])
    line = report.lines.get(activity=activity)
    row = {"neighbourhood": units[1].pk, "indicator": "4b", "units": 1}

    with pytest.raises(BusinessRuleError, match="bukan RT kegiatan"):
        services.set_outputs(line, rows=[row], by=operator)


def test_an_area_without_rt_is_one_place(office, operator):
    activity = activity_in(decreed_area(hectares="5", agency=office), agency=office)
    line = drafted(office, by=operator, lines=[]).lines.get(activity=activity)

    (stored,) = services.set_outputs(
        line, rows=[{"indicator": "4b", "length": Decimal(10)}], by=operator
    )

    assert stored.neighbourhood is None


def test_a_nil_line_built_nothing(line, rows, operator):
    type(line).objects.update(
        is_nil=True, physical_percent=None, spent=None, volume=None
    )

    with pytest.raises(BusinessRuleError, match="bertanda nihil"):
        services.set_outputs(line, rows=rows, by=operator)
    assert services.set_outputs(line, rows=[], by=operator) == []


def test_a_submitted_report_is_closed(line, rows, submitted, operator):
    with pytest.raises(WrongStateError):
        services.set_outputs(line, rows=rows, by=operator)


def test_a_returned_report_is_open_again(line, rows, returned, operator):
    assert len(services.set_outputs(line, rows=rows, by=operator)) == 2


@pytest.mark.parametrize("person", ["viewer", "stranger", "editor", "verifier"])
def test_who_may_not(request, line, rows, person):
    with pytest.raises(NotAllowedError):
        services.set_outputs(line, rows=rows, by=request.getfixturevalue(person))


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("output_measures_positive", {"length": 0}),
        ("output_measures_positive", {"length": None, "units": 1}),
        ("output_says_something", {"length": None, "width": None}),
    ],
)
def test_the_database_refuses(stored, constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PhysicalOutput.objects.filter(pk=stored[0].pk).update(**values)


# ---- the page ------------------------------------------------------------------------


def sent(units, **values):
    return {
        "row_count": "2",
        "rows.0.neighbourhood": units[0].pk,
        "rows.0.indicator": "4b",
        "rows.0.length": "120,5",
        "rows.0.width": "1,5",
        "rows.1.neighbourhood": "",
        "rows.1.indicator": "4b",
    } | values


def test_the_page_stores_the_filled_rows(client, log_in, line, units):
    log_in("operator")

    page = client.get(url_of(line))
    answer = client.post(url_of(line), sent(units))

    assert page.content.decode().count("<legend>") >= 2
    assert answer["Location"].endswith(f"/isi/#k{line.pk}")
    output = line.outputs.get()
    assert (output.length, output.width) == (Decimal("120.5"), Decimal("1.5"))


def test_another_row_keeps_what_was_typed(client, log_in, line, units):
    log_in("operator")

    page = client.post(url_of(line), sent(units, another="1"))

    text = page.content.decode()
    assert 'name="rows.2.length"' in text
    assert 'value="120,5"' in text
    assert not line.outputs.exists()


def test_refusals_stand_at_their_fields(client, log_in, line, units):
    log_in("operator")

    page = client.post(url_of(line), sent(units, **{"rows.0.length": "0"}))

    assert "Tulis angka di atas 0" in page.content.decode()
    assert page.context["form"].errors["rows.0.length"]


@pytest.mark.parametrize("count", ["", "x", "-1", "99999", "²"])
def test_a_strange_number_of_rows_is_bounded(client, log_in, line, count):
    log_in("operator")

    page = client.post(url_of(line), {"row_count": count, "another": "1"})

    assert page.status_code == 200
    assert page.context["form"].count <= 200


def test_a_closed_report_says_why(client, log_in, line, submitted):
    log_in("operator")

    text = client.get(url_of(line)).content.decode()

    assert "Diajukan" in text
    assert "<legend>" not in text


def test_a_line_of_another_report_is_not_found(client, log_in, line, draft):
    log_in("operator")
    url = reverse("programs:report-outputs", args=[draft.pk + 1, line.pk])

    assert client.get(url).status_code == 404


def test_a_line_in_words(line, stored, units):
    (laid_out,) = sheet_of(line.report).lines

    assert laid_out.outputs == [
        f"RT {units[0].rt_rw} 4b: 120 × 1,5 m".replace("RT RT", "RT"),
        f"RT {units[1].rt_rw} 4b: 14 KK, 3 unit".replace("RT RT", "RT"),
    ]


# ---- the API -------------------------------------------------------------------------


def test_outputs_over_the_api(client, log_in, line, units, area):
    log_in("operator")
    rows = [{"neighbourhood": units[0].pk, "indicator": "4b", "length": "120.5"}]

    answer = client.post(
        URL, {"line": line.pk, "rows": rows}, content_type="application/json"
    )
    report = client.get(f"/api/v1/progress-reports/{line.report_id}/").json()

    assert answer.status_code == 200
    assert answer.json()[0]["length"] == "120.500000"
    assert report["lines"][0]["outputs"][0]["rt_rw"] == units[0].rt_rw
    for query, count in (
        ({"report": line.report_id}, 1),
        ({"area": area.pk, "indicator": "4b"}, 1),
        ({"indicator": "4a"}, 0),
    ):
        assert client.get(URL, query).json()["count"] == count


def test_the_api_names_every_problem(client, log_in, line, units):
    log_in("operator")
    rows = [
        {"neighbourhood": units[0].pk, "indicator": "4b"},
        {"neighbourhood": units[0].pk, "indicator": "4b", "length": "banyak"},
    ]

    answer = client.post(
        URL, {"line": line.pk, "rows": rows}, content_type="application/json"
    )

    assert answer.status_code == 400
    assert set(answer.json()) == {"rows.1.length"}


def test_a_stranger_finds_nothing(client, log_in, line, stored):
    log_in("stranger")

    assert client.get(URL).json()["count"] == 0
    answer = client.post(
        URL, {"line": line.pk, "rows": []}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert line.outputs.count() == 2


def test_the_list_costs_the_same_for_more_rows(client, log_in, line, units, queries_of):
    def add(codes):
        for code in codes:
            for unit in units:
                line.outputs.create(neighbourhood=unit, indicator=code, units=1)

    log_in("operator")
    add(["4a"])
    few = queries_of(client.get, URL)
    add(["4b", "4c", "5a", "5b"])

    assert queries_of(client.get, URL) == few


@pytest.mark.parametrize(
    ("person", "name", "may"),
    [
        ("operator", "report-entry", True),
        ("viewer", "report-detail", False),
    ],
)
def test_the_report_shows_what_was_built(
    client, log_in, line, stored, person, name, may
):
    log_in(person)

    page = client.get(reverse(f"programs:{name}", args=[line.report_id]))

    text = page.content.decode()
    assert "120 × 1,5 m" in text
    assert (url_of(line) in text) == may


def test_the_verifier_sees_what_was_built(client, log_in, line, stored, head):
    services.submit_report(line.report, by=head)
    log_in("verifier")

    page = client.get(reverse("programs:report-review", args=[line.report_id]))

    assert "120 × 1,5 m" in page.content.decode()
