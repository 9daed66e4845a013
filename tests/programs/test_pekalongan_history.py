"""Kota Pekalongan 2019–2023: each published year beside baseline − verified volumes.

One test, because its city is dear to build: 13 areas, 65 surveys, 488 activities.
"""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from areas.models import SlumArea
from tests import pekalongan
from tests.data import requires_data
from tests.pekalongan_programme import make_baseline, report_year, survey_later

pytestmark = [requires_data, pytest.mark.django_db]

YEARS = (2020, 2021, 2022, 2023)
REPORTED = [1, 318, 97, 72]  # 488 of the 491 rows: two name 4d, one has no volume
# Same of all indicators per RT and per area, then of those with verified volumes.
SAME = {
    "2020": ((198, 199, 208), (0, 1, 1)),
    "2021": ((181, 199, 208), (26, 44, 47)),
    "2022": ((177, 199, 208), (50, 72, 76)),
    "2023": ((177, 198, 208), (64, 85, 91)),
    "": ((733, 795, 832), (140, 202, 215)),
}
# The city's own 4a is not the sum of its RT in nine areas, in four years each, and no
# report explains what Podosugih's 6a is less in 2023.
OTHER_PER_AREA = {"4a": 36, "6a": 1}


def test_the_years_beside_what_explains_them(client):
    city = make_baseline(pekalongan.make_city())
    assert [report_year(city, year) for year in YEARS] == REPORTED
    survey_later(city, YEARS)
    client.force_login(city.head)

    check_medono(client)
    check_podosugih(client)
    check_agreement(client)
    check_api(client)


def check_medono(client):
    """34 households got their waste collected in 2021, by the truck of that year."""
    response = client.get(page_of("Medono"))

    (section,) = response.context["sections"]
    assert [survey.result.total for survey in section.surveys] == [29, 29, 19, 19, 12]
    cells = {
        line.indicator.code: line.cells
        for _aspect, lines in section.aspects
        for line in lines
    }
    for code in ("6a", "6b"):
        assert [cell.change for cell in cells[code]] == [None, 0, -34, 0, 0]
        (cause,) = cells[code][2].causes
        assert (cause.work.name, cause.work.volume) == ("Mobil Sampah", 34)
        assert f'<a href="{cause.url}">Mobil Sampah</a>' in response.text
        assert f'<a href="{cause.report_url}">Tahun 2021</a>' in response.text
    assert response.context["final"].result.total == 12
    assert (response.context["agreed"].same, response.context["agreed"].total) == (
        16,
        16,
    )


def check_podosugih(client):
    """Where one RT got more than it lacked, the two ways of counting part."""
    response = client.get(page_of("Podosugih"))

    row = next(r for r in response.context["left_rows"] if r.indicator.code == "6a")
    left = row.left
    assert (left.baseline, left.verified, left.excess) == (458, 141, 65)
    assert (left.volume, left.by_area, row.surveyed.volume) == (382, 317, 176)


def check_agreement(client):
    response = client.get(reverse("programs:agreement-list"))

    context = response.context
    found = {row.label: counted(row) for row in [*context["years"], context["overall"]]}
    assert found == SAME
    assert context["page_obj"].paginator.count == 832
    assert len(context["by_survey"]) == 52
    for text in ("733 dari 832 (88,10\u00a0%)", "795 dari 832 (95,55\u00a0%)"):
        assert text in strip_tags(response.text)
    rows = client.get(reverse("programs:agreement-list"), {"touched": "yes"})
    assert rows.context["page_obj"].paginator.count == 215


def check_api(client):
    address = "/api/v1/assessment-agreements/"
    data = client.get(address, {"page_size": 500}).json()["results"]
    data += client.get(address, {"page_size": 500, "page": 2}).json()["results"]

    other: dict[str, int] = {}
    for row in data:
        if not row["is_same_by_area"]:
            other[row["code"]] = other.get(row["code"], 0) + 1
        difference = Decimal(row["surveyed"]) - Decimal(row["computed"])
        assert Decimal(row["difference"]) == difference
    assert (len(data), other) == (832, OTHER_PER_AREA)


def counted(row):
    assert row.per_rt.total == row.by_area.total
    return (
        (row.per_rt.same, row.by_area.same, row.per_rt.total),
        (row.touched_per_rt.same, row.touched_by_area.same, row.touched_per_rt.total),
    )


def page_of(name):
    area = SlumArea.objects.get(name=name)
    return reverse("programs:area-history", args=[area.pk])
