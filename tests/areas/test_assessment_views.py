"""The pages of surveys: entry on a phone, steps, verification of many."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from areas import services
from areas.models import Assessment, SlumArea
from tests.areas.pages import address, said, text_of
from tests.factories_areas import (
    CODES,
    SURVEYED_ON,
    DecreeLineFactory,
    NeighbourhoodFactory,
    SlumAreaFactory,
    fill_in,
    submitted_assessment,
    verified_assessment,
    volumes_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(office) -> SlumArea:
    """Mantuil: 2 RT, 4 ha under a decree."""
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    NeighbourhoodFactory(area=area, rt_rw="002", hectares=Decimal(3))
    DecreeLineFactory(area=area, hectares=Decimal(4))
    return area


@pytest.fixture
def draft(area, operator) -> Assessment:
    return services.start_assessment(area, surveyed_on=SURVEYED_ON, by=operator)


def typed(**changes):
    """A volumes form as a browser sends it: 0 everywhere unless said otherwise."""
    values = dict.fromkeys(CODES, "0")
    values |= {name.removeprefix("v"): value for name, value in changes.items()}
    return values | {"surveyed_on": SURVEYED_ON.isoformat()}


def test_operator_starts_a_survey_and_goes_through_the_rt(client, area, operator):
    client.force_login(operator)
    response = client.post(
        address("assessment-create"),
        {"area": area.pk, "surveyed_on": SURVEYED_ON.isoformat()},
    )
    draft = Assessment.objects.get()
    assert response.url == address("assessment-entry", draft)
    one, two = area.neighbourhoods.order_by("rt_rw")

    response = client.post(
        address("assessment-unit", draft, one), typed(v1a="50", next="1")
    )
    assert response.url == address("assessment-unit", draft, two)
    response = client.post(response.url, typed(v4a="2,5", next="1"))

    assert response.url == address("assessment-entry", draft)
    value = draft.units.get(neighbourhood=two).values.get(code="4a")
    assert value.volume == Decimal("2.5")


def test_every_refused_volume_is_told_at_its_input(client, draft, operator):
    client.force_login(operator)
    url = address("assessment-unit", draft, draft.area.neighbourhoods.first())

    response = client.post(url, typed(v1a="101", v3a="-1", v2a="1.234", v7a="abc"))

    assert set(response.context["form"].errors) == {"2a", "7a"}  # unreadable first
    response = client.post(url, typed(v1a="101", v3a="-1"))
    errors = response.context["form"].errors
    assert set(errors) == {"1a", "3a"}
    assert "kelebihan 1 unit" in errors["1a"][0]
    assert not draft.units.exists()


def test_count_shows_the_result_without_storing(client, draft, operator):
    client.force_login(operator)
    url = address("assessment-unit", draft, draft.area.neighbourhoods.first())

    page = text_of(client.post(url, typed(v1a="60", count="1")))

    assert "Jumlah nilai RT ini: 3" in page
    assert "60,00\u00a0%" in page
    assert not draft.units.exists()


def test_count_says_how_many_are_blank(client, draft, operator):
    client.force_login(operator)
    url = address("assessment-unit", draft, draft.area.neighbourhoods.first())

    page = text_of(client.post(url, typed(v1a="", v1b="", count="1")))

    assert "14 dari 16 terisi" in page


def test_previous_volume_stands_beside_the_input(
    client, area, head, verifier, operator
):
    verified_assessment(area, by=head, verifier=verifier, v1a=34)
    draft = services.start_assessment(area, surveyed_on=date(2025, 2, 1), by=operator)
    client.force_login(operator)
    url = address("assessment-unit", draft, area.neighbourhoods.first())

    assert '8 Jan 2024: <data value="34.000000">34</data>' in text_of(client.get(url))


def test_viewer_reads_volumes_and_may_not_send_any(client, draft, log_in):
    log_in("viewer")
    url = address("assessment-unit", draft, draft.area.neighbourhoods.first())

    assert "Hanya dapat dibaca" in text_of(client.get(url))
    assert client.post(url, typed()).status_code == 403


def test_form_that_comes_too_late_leads_to_the_survey(client, area, head, operator):
    submitted = submitted_assessment(area, by=head)
    client.force_login(operator)
    url = address("assessment-unit", submitted, area.neighbourhoods.first())

    response = client.post(url, typed(v1a="1"))

    assert response.url == submitted.get_absolute_url()
    assert "tidak dapat diubah lagi" in said(response)[0]


def test_rt_of_another_area_is_not_in_this_survey(client, draft, operator):
    client.force_login(operator)
    other = NeighbourhoodFactory(area__agency=draft.area.agency)

    assert client.get(address("assessment-unit", draft, other)).status_code == 404


def test_detail_lists_what_is_wrong_with_its_link(client, draft, operator):
    one, two = draft.area.neighbourhoods.order_by("rt_rw")
    entry = services.UnitEntry(one, SURVEYED_ON, volumes_of(v3a=None))
    services.save_volumes(draft, [entry], by=operator)
    client.force_login(operator)

    page = text_of(client.get(draft.get_absolute_url()))

    assert "RT 001: volume 3a kosong" in page
    assert address("assessment-unit", draft, one) in page
    assert "memerlukan peran Kepala dinas" in page


def test_head_submits_province_returns_then_verifies(
    client, draft, operator, head, verifier
):
    fill_in(draft, by=operator)
    client.force_login(head)
    client.post(address("assessment-submit", draft))

    client.force_login(verifier)
    page = text_of(client.post(address("assessment-return", draft), {"reason": " "}))
    assert "has-error" in page
    client.post(address("assessment-return", draft), {"reason": "Cek RT 001"})
    draft.refresh_from_db()
    assert draft.status == "returned"
    assert "Cek RT 001" in text_of(client.get(draft.get_absolute_url()))

    client.force_login(head)
    client.post(address("assessment-submit", draft))
    client.force_login(verifier)
    client.post(address("assessment-verify", draft))

    rounds = client.get(draft.get_absolute_url()).context["rounds"]
    assert [(row.status, row.who) for row in rounds] == [
        ("draft", "operator"),
        ("submitted", "head"),
        ("returned", "verifier"),
        ("submitted", "head"),
        ("verified", "verifier"),
    ]
    assert rounds[2].reason == "Cek RT 001"


def test_changed_volume_stands_on_the_survey(client, draft, operator):
    client.force_login(operator)
    url = address("assessment-unit", draft, draft.area.neighbourhoods.first())
    client.post(url, typed(v1a="54"))
    client.post(url, typed(v1a="7"))
    client.post(url, typed(v1a=""))

    changes = client.get(draft.get_absolute_url()).context["changes"]

    found = [(c.changes[0].label, c.changes[0].old, c.changes[0].new) for c in changes]
    assert found == [("1a", "7", "kosong"), ("1a", "54", "7")]


def test_wrong_state_is_a_message(client, draft, head):
    client.force_login(head)
    submitted = submitted_assessment(draft.area, by=head, surveyed_on=date(2024, 3, 1))

    response = client.post(address("assessment-submit", submitted))

    assert "statusnya “Diajukan”" in said(response)[0]


def test_verifier_verifies_the_chosen_ones(client, area, head, verifier):
    first = submitted_assessment(area, by=head)
    other = SlumAreaFactory(agency=area.agency, name="Kelayan")
    NeighbourhoodFactory(area=other)
    second = submitted_assessment(other, by=head)
    client.force_login(verifier)
    page = text_of(client.get(address("assessment-list")))
    assert page.count('name="assessments"') == 2

    response = client.post(
        address("assessment-verify-many"), {"assessments": [first.pk, second.pk]}
    )

    assert said(response) == ["2 penilaian diverifikasi."]
    assert Assessment.objects.filter(status="verified").count() == 2


def test_one_bad_choice_stops_all_with_every_reason(client, area, head, verifier):
    first = submitted_assessment(area, by=head)
    other = SlumAreaFactory(agency=area.agency, name="Kelayan")
    NeighbourhoodFactory(area=other)
    second = submitted_assessment(other, by=head)
    NeighbourhoodFactory(area=other)
    client.force_login(verifier)

    response = client.post(
        address("assessment-verify-many"), {"assessments": [first.pk, second.pk]}
    )

    assert said(response)[0] == "Tidak ada yang diverifikasi:"
    assert said(response)[1].startswith("Kelayan, 8 Jan 2024: Baru 1 dari 2 RT")
    assert not Assessment.objects.filter(status="verified").exists()


def test_who_may_not_verify_sees_no_boxes(client, area, head, operator):
    submitted_assessment(area, by=head)
    client.force_login(operator)

    assert 'name="assessments"' not in text_of(client.get(address("assessment-list")))


def test_many_outside_the_scope_are_not_found(client, area, head, stranger):
    submitted = submitted_assessment(area, by=head)
    client.force_login(stranger)

    client.post(address("assessment-verify-many"), {"assessments": [submitted.pk]})

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


def test_today_is_the_date_of_a_new_survey(client, area, operator):
    client.force_login(operator)

    form = client.get(address("assessment-create"), {"area": area.pk}).context["form"]

    assert str(form["area"].value()) == str(area.pk)
    assert form["surveyed_on"].value() == timezone.localdate()


def test_survey_outside_the_scope_is_not_there(client, area, head, stranger):
    submitted = submitted_assessment(area, by=head)
    client.force_login(stranger)
    unit = area.neighbourhoods.first()

    assert "Mantuil" not in text_of(client.get(address("assessment-list")))
    for page in ("assessment-detail", "assessment-entry"):
        assert client.get(address(page, submitted)).status_code == 404
    assert client.get(address("assessment-unit", submitted, unit)).status_code == 404
    for step in ("submit", "return", "verify"):
        url = address(f"assessment-{step}", submitted)
        assert client.post(url, {"reason": "x"}).status_code == 404


def test_course_has_steps_only(client, draft, operator):
    """A new date changes the row, but is no step."""
    entry = services.UnitEntry(
        draft.area.neighbourhoods.first(), date(2024, 1, 9), volumes_of()
    )
    services.save_volumes(draft, [entry], by=operator)
    client.force_login(operator)

    rounds = client.get(draft.get_absolute_url()).context["rounds"]

    assert [row.status for row in rounds] == ["draft"]


def test_assessment_list_costs_the_same_for_more_surveys(
    client, draft, head, verifier, queries_of
):
    client.force_login(verifier)
    queries_of(client.get, address("assessment-list"))
    few = queries_of(client.get, address("assessment-list"))
    for number in range(4):
        more = SlumAreaFactory(agency=draft.area.agency, name=f"Lain {number}")
        NeighbourhoodFactory(area=more)
        submitted_assessment(more, by=head)

    assert queries_of(client.get, address("assessment-list")) == few
