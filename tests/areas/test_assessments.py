"""The way of a survey: draft, volumes, submitted, returned, verified; refusals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from areas import services
from areas.models import Assessment, IndicatorValue, Neighbourhood, SurveyedUnit
from areas.results import problems_of, progress_of, result_of
from areas.workflow import steps_for
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.workflow import closed_reasons, open_names
from tests.cast import member
from tests.factories_areas import (
    SURVEYED_ON,
    NeighbourhoodFactory,
    SlumAreaFactory,
    fill_in,
    submitted_assessment,
    verified_assessment,
    volumes_of,
)

pytestmark = pytest.mark.django_db
Status = Assessment.Status


@pytest.fixture
def area(office):
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    NeighbourhoodFactory(area=area, rt_rw="002", hectares=Decimal(3), buildings=300)
    return area


@pytest.fixture
def draft(area, operator):
    return services.start_assessment(area, surveyed_on=SURVEYED_ON, by=operator)


@pytest.fixture
def submitted(area, head):
    return submitted_assessment(area, by=head, v1a=50)


def first(area) -> Neighbourhood:
    return area.neighbourhoods.order_by("rt_rw").first()


def save(draft, unit, by, *, on=SURVEYED_ON, **volumes):
    entry = services.UnitEntry(unit, on, volumes_of(**volumes))
    return services.save_volumes(draft, [entry], by=by)


def refusal(call, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call(*args, **kwargs)
    return caught.value.errors


# ---- draft -------------------------------------------------------------------


def test_area_without_rt_cannot_be_surveyed(office, operator):
    errors = refusal(
        services.start_assessment,
        SlumAreaFactory(agency=office, name="Kosong"),
        surveyed_on=SURVEYED_ON,
        by=operator,
    )

    assert errors == {
        "area": [
            "Kosong belum mempunyai RT. Tambahkan RT dahulu, atau nilai"
            " kawasan seluruhnya."
        ]
    }


def test_one_survey_per_area_and_day(draft, operator):
    errors = refusal(
        services.start_assessment, draft.area, surveyed_on=SURVEYED_ON, by=operator
    )

    assert list(errors) == ["surveyed_on"]


def test_survey_of_tomorrow_is_refused(area, operator):
    tomorrow = timezone.localdate() + timedelta(days=1)

    errors = refusal(services.start_assessment, area, surveyed_on=tomorrow, by=operator)

    assert errors == {"surveyed_on": ["Tanggal survei berada di masa depan."]}


def test_draft_may_be_partial(draft, operator):
    save(draft, first(draft.area), operator, v1a=5, v2b=None)

    unit = draft.units.get()
    assert unit.values.count() == 15
    assert progress_of(draft).unfinished == 1


def test_cleared_volume_is_blank_and_not_zero(draft, operator):
    unit = first(draft.area)
    save(draft, unit, operator, v1a=5)
    save(draft, unit, operator, v1a=None)

    assert not IndicatorValue.objects.filter(code="1a").exists()


def test_rt_with_every_volume_cleared_is_not_surveyed(draft, operator):
    unit = first(draft.area)
    save(draft, unit, operator)
    blank = dict.fromkeys(volumes_of())
    services.save_volumes(
        draft, [services.UnitEntry(unit, SURVEYED_ON, blank)], by=operator
    )

    assert not draft.units.exists()


def test_all_refused_volumes_come_at_once_with_their_sentence(draft, operator):
    unit = first(draft.area)

    errors = refusal(save, draft, unit, operator, v1a=-1, v1b="1.5", v3a=7)

    assert set(errors) == {f"{unit.pk}.1a", f"{unit.pk}.1b"}
    assert "negatif" in errors[f"{unit.pk}.1a"][0]
    assert "0,5" in errors[f"{unit.pk}.1b"][0]
    assert not draft.units.exists()


def test_rt_of_another_area_is_refused(draft, operator):
    errors = refusal(save, draft, NeighbourhoodFactory(rt_rw="999"), operator)

    assert "RT 999 bukan bagian dari Mantuil" in next(iter(errors.values()))[0]


def test_date_is_the_latest_of_the_rt(draft, operator):
    one, two = draft.area.neighbourhoods.all()
    save(draft, one, operator, on=date(2024, 1, 10))
    save(draft, two, operator, on=date(2024, 1, 9))

    draft.refresh_from_db()
    assert draft.surveyed_on == date(2024, 1, 10)


def test_date_of_another_survey_is_refused(draft, operator):
    services.start_assessment(draft.area, surveyed_on=date(2024, 2, 1), by=operator)

    errors = refusal(save, draft, first(draft.area), operator, on=date(2024, 2, 1))

    assert list(errors) == ["surveyed_on"]


def test_open_survey_follows_its_rt_submitted_one_does_not(area, draft, operator, head):
    unit = first(area)
    fill_in(draft, by=operator)
    services.update_neighbourhood(unit, by=operator, buildings=80)
    assert draft.units.get(neighbourhood=unit).buildings == 80

    services.submit_assessment(draft, by=head)
    services.update_neighbourhood(unit, by=operator, buildings=70)

    assert draft.units.get(neighbourhood=unit).buildings == 80


def test_stranger_may_not_enter_volumes(draft, stranger):
    with pytest.raises(NotAllowedError):
        save(draft, first(draft.area), stranger)


def test_queries_do_not_grow_with_the_rt(draft, operator, queries_of):
    few = queries_of(fill_in, draft, by=operator)
    for number in range(20):
        NeighbourhoodFactory(area=draft.area, rt_rw=f"1{number:02d}")
    other = services.start_assessment(
        draft.area, surveyed_on=date(2024, 3, 1), by=operator
    )

    assert queries_of(fill_in, other, by=operator) == few


# ---- result ------------------------------------------------------------------


def test_result_is_the_sum_of_volumes_over_the_sum_of_denominators(submitted):
    result = result_of(submitted)

    row = result.indicators[0]  # 1a: 50 + 50 of 100 + 300 buildings
    assert (row.volume, row.denominator) == (100, 400)
    assert (str(row.percent), row.score) == ("25.00", 1)


def test_result_counts_only_complete_rt(draft, operator):
    one, two = draft.area.neighbourhoods.order_by("rt_rw")
    save(draft, one, operator, v1a=80)
    save(draft, two, operator, v1a=3, v7b=None)

    assert result_of(draft).indicators[0].denominator == 100
    assert (progress_of(draft).complete, progress_of(draft).total) == (1, 2)


def test_no_complete_rt_no_result(draft):
    assert result_of(draft) is None


# ---- steps -------------------------------------------------------------------


def test_blank_volume_cannot_be_submitted(draft, operator, head):
    one, two = draft.area.neighbourhoods.order_by("rt_rw")
    save(draft, one, operator, v3a=None)
    save(draft, two, operator, v1a=None, v1b=None)

    errors = refusal(services.submit_assessment, draft, by=head)["submit"]

    assert errors == [
        "2 RT masih mempunyai volume kosong. Tulis 0 bila tidak ada.",
        "RT 001: volume 3a kosong. Tulis 0 bila tidak ada.",
        "RT 002: volume 1a, 1b kosong. Tulis 0 bila tidak ada.",
    ]


def test_volume_above_a_corrected_denominator_cannot_be_submitted(
    draft, operator, head
):
    fill_in(draft, by=operator, volumes=volumes_of(v1a=90))
    services.update_neighbourhood(first(draft.area), by=operator, buildings=80)

    errors = refusal(services.submit_assessment, draft, by=head)["submit"]

    assert errors[0].startswith("1 volume melebihi penyebutnya")
    assert errors[1].startswith("RT 001: Volume 1a")
    assert len(problems_of(draft)) == 1


def test_operator_may_not_submit(draft, operator):
    fill_in(draft, by=operator)

    with pytest.raises(NotAllowedError):
        services.submit_assessment(draft, by=operator)


def test_submitted_volumes_are_closed(submitted, operator):
    with pytest.raises(WrongStateError, match="Diajukan"):
        save(submitted, first(submitted.area), operator)


def test_submit_twice_is_the_wrong_state(submitted, head):
    with pytest.raises(WrongStateError, match="Diajukan"):
        services.submit_assessment(submitted, by=head)


def test_return_needs_a_reason(submitted, verifier):
    errors = refusal(services.return_assessment, submitted, reason="  ", by=verifier)

    assert list(errors) == ["reason"]
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED


def test_returned_survey_is_corrected_and_verified(submitted, verifier, operator, head):
    services.return_assessment(submitted, reason="Periksa 1a RT 001", by=verifier)
    save(submitted, first(submitted.area), operator, v1a=10)
    services.submit_assessment(submitted, by=head)

    verified = services.verify_assessment(submitted, by=verifier)

    assert verified.status == Status.VERIFIED
    assert verified.results["indicators"][0]["volume"] == "60.000000"


def test_submitter_never_verifies(area, province, head):
    both = member("both", province, "province_verifier")
    both.memberships.create(agency=province, role="province_editor")
    submitted = submitted_assessment(area, by=both)

    errors = refusal(services.verify_assessment, submitted, by=both)["verify"]

    assert errors == ["Anda yang mengajukannya. Orang lain yang harus memverifikasi."]


def test_head_may_not_verify(submitted, head):
    with pytest.raises(NotAllowedError):
        services.verify_assessment(submitted, by=head)


def test_incomplete_coverage_cannot_be_verified(submitted, verifier):
    NeighbourhoodFactory(area=submitted.area, rt_rw="003")

    errors = refusal(services.verify_assessment, submitted, by=verifier)["verify"]

    assert errors == ["Baru 2 dari 3 RT yang dinilai. Lengkapi RT lainnya."]


def test_verified_keeps_results_coverage_and_denominators(submitted, verifier):
    verified = services.verify_assessment(submitted, by=verifier)
    NeighbourhoodFactory(area=submitted.area, rt_rw="003")
    Neighbourhood.objects.update(buildings=1)

    found = Assessment.objects.with_progress().get(pk=verified.pk)
    assert (found.total, found.severity) == (1, "not_slum")
    assert result_of(found).indicators[0].denominator == 400
    assert (progress_of(found).complete, progress_of(found).total) == (2, 2)


def test_computed_and_stored_result_are_the_same(submitted, verifier):
    computed = result_of(submitted)

    stored = result_of(services.verify_assessment(submitted, by=verifier))

    assert stored == computed


@pytest.mark.parametrize("model", [Assessment, SurveyedUnit, IndicatorValue])
def test_database_keeps_a_verified_survey(submitted, verifier, model):
    services.verify_assessment(submitted, by=verifier)

    with pytest.raises(IntegrityError, match="terverifikasi"), connection.cursor() as c:
        c.execute(f"DELETE FROM {model._meta.db_table}")


def test_verify_twice_on_a_stale_copy_is_the_wrong_state(submitted, verifier):
    services.verify_assessment(submitted, by=verifier)

    stale = Assessment(pk=submitted.pk, area=submitted.area, status=Status.SUBMITTED)
    with pytest.raises(WrongStateError):
        services.verify_assessment(stale, by=verifier)


# ---- many at once ------------------------------------------------------------


@pytest.fixture
def others(office, head):
    """Two more submitted surveys of the same office."""
    found = []
    for number in (1, 2):
        area = SlumAreaFactory(agency=office, name=f"Lain {number}")
        NeighbourhoodFactory(area=area)
        found.append(submitted_assessment(area, by=head, v1a=80))
    return found


def test_many_are_verified_at_once(submitted, others, verifier):
    done = services.verify_assessments([submitted, *others], by=verifier)

    assert {row.status for row in done} == {Status.VERIFIED}
    assert Assessment.objects.filter(status=Status.VERIFIED).count() == 3


def test_one_refusal_refuses_all_and_every_problem_is_told(
    submitted, others, verifier, head
):
    NeighbourhoodFactory(area=submitted.area, rt_rw="003")
    services.return_assessment(others[0], reason="x", by=verifier)

    errors = refusal(services.verify_assessments, [submitted, *others], by=verifier)

    assert set(errors) == {str(submitted.pk), str(others[0].pk)}
    assert errors[str(submitted.pk)] == [
        "Mantuil, 8 Jan 2024: Baru 2 dari 3 RT yang dinilai. Lengkapi RT lainnya."
    ]
    assert not Assessment.objects.filter(status=Status.VERIFIED).exists()


def test_verifying_nothing_says_so(verifier):
    errors = refusal(services.verify_assessments, [], by=verifier)

    assert errors == {"assessments": ["Pilih sedikitnya satu penilaian."]}


# ---- workflow ----------------------------------------------------------------


def test_steps_say_why_they_are_closed(draft, operator):
    offered = steps_for(draft, operator)

    assert open_names(offered) == []
    reasons = closed_reasons(offered)
    assert reasons["submit"] == [
        "“Ajukan” memerlukan peran Kepala dinas atau Pengelola data.",
        "Belum ada volume yang diisi.",
    ]
    assert reasons["verify"] == [
        "“Verifikasi” tidak dapat dilakukan sekarang: statusnya “Draf”."
    ]


def test_steps_of_a_submitted_survey(submitted, verifier, head):
    assert open_names(steps_for(submitted, verifier)) == ["return", "verify"]
    assert open_names(steps_for(submitted, head)) == []


def test_open_steps_are_those_the_services_take(submitted, verifier):
    """What is offered works, what is closed is refused."""
    NeighbourhoodFactory(area=submitted.area, rt_rw="003")
    fresh = Assessment.objects.get(pk=submitted.pk)

    assert open_names(steps_for(fresh, verifier)) == ["return"]
    with pytest.raises(BusinessRuleError):
        services.verify_assessment(fresh, by=verifier)
    services.return_assessment(fresh, reason="lengkapi", by=verifier)


def test_verified_area_has_its_class(area, head, verifier):
    verified_assessment(area, by=head, verifier=verifier, v1a=100, v1c=100, v7b=100)

    found = type(area).objects.with_figures(timezone.localdate()).get(pk=area.pk)
    assert (found.severity_total, found.assessed_on) == (3, SURVEYED_ON)


@pytest.mark.parametrize("step", ["submit", "return", "verify"])
def test_step_looks_at_a_locked_row(draft, operator, head, verifier, step):
    """Two people at once: the second waits and then sees what the first did."""
    fill_in(draft, by=operator)
    if step != "submit":
        services.submit_assessment(draft, by=head)
    with CaptureQueriesContext(connection) as queries:
        if step == "submit":
            services.submit_assessment(draft, by=head)
        elif step == "return":
            services.return_assessment(draft, reason="x", by=verifier)
        else:
            services.verify_assessment(draft, by=verifier)

    first_read = next(q["sql"] for q in queries if "areas_assessment" in q["sql"])
    assert first_read.endswith('FOR UPDATE OF "areas_assessment"')
