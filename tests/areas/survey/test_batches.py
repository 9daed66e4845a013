"""Files of many areas: planned and written some at a time, all or nothing."""

from datetime import date

import pytest
from django.db import connection

from areas.models import IndicatorValue, Neighbourhood, SurveyedUnit
from areas.survey import plan as plans
from areas.survey import planning
from areas.survey.plan import SurveyRefusedError
from tests.spreadsheets import xlsx_of
from tests.survey import stored, survey_row

pytestmark = pytest.mark.django_db
LATER = date(2025, 6, 1)


def rows_of(areas, units=3, **changes):
    """Rows whose areas alternate: no area stands in one piece."""
    return [
        survey_row(unit + 1, kawasan=f"Kawasan {area}", **changes)
        for unit in range(units)
        for area in range(areas)
    ]


@pytest.fixture
def _small_batches(monkeypatch):
    monkeypatch.setattr(planning, "BATCH_ROWS", 4)


@pytest.mark.usefixtures("_small_batches")
def test_an_area_is_whole_in_spite_of_batches(run):
    plan = run(*rows_of(5))

    assert [area.name for area in plan.areas] == [f"Kawasan {n}" for n in range(5)]
    assert {area.rows for area in plan.areas} == {3}
    assert stored() == [5, 15, 5, 240]
    assert not run(*rows_of(5)).has_effect


@pytest.mark.usefixtures("_small_batches")
def test_a_mistake_in_the_last_batch_keeps_all_out(refused):
    *rows, last = rows_of(5)

    assert len(refused(*rows, last | {"1a": -1})) == 1


@pytest.mark.usefixtures("_small_batches")
def test_a_contradiction_in_the_last_batch_takes_the_first_ones_back(run, refused):
    run(*rows_of(1, kode_desa="63.71.01.1002"))
    old = survey_row(1, kawasan="Kawasan 0", kode_desa="63.71.01.1002", v1a=9)

    [sentence] = refused(*rows_of(5)[1:3], *rows_of(5)[6:8], old)

    assert "dengan angka lain" in sentence


def test_refused_files_count_what_the_other_rows_would_do(run):
    run(survey_row(1), survey_row(2))

    with pytest.raises(SurveyRefusedError) as error:
        run(
            survey_row(1, tanggal_survei=LATER),
            survey_row(2, jumlah_kk=7, tanggal_survei=LATER),
            survey_row(3, tanggal_survei=LATER),
            survey_row(4, v1a=-1, v1b=-1, tanggal_survei=LATER),
            survey_row(5, kode_desa="63.71.01.9999"),
        )

    plan = error.value.plan
    assert (plan.wrong, plan.new_units, plan.changed_units, plan.same_units) == (
        (2, 1, 1, 1)
    )


def test_only_so_many_changes_are_listed(run, monkeypatch):
    monkeypatch.setattr(plans, "CHANGES_KEPT", 2)
    run(*rows_of(2))

    plan = run(*rows_of(2, jumlah_kk=101, tanggal_survei=LATER), dry_run=True)

    assert [len(area.changed) for area in plan.areas] == [2, 0]
    assert (plan.changed_units, plan.hidden_changes) == (6, 4)


@pytest.mark.parametrize("model", [Neighbourhood, SurveyedUnit, IndicatorValue])
def test_the_trail_has_one_insert_of_each_row_as_it_is(run, people, model):
    run(*rows_of(2, ruang_terbuka_publik_m2=3), survey_row(1, rt_rw="SELURUH KAWASAN"))

    events = model.events.rel.related_model.objects.order_by("pgh_obj_id")
    records = model.objects.order_by("pk")
    names = [field.attname for field in model._meta.concrete_fields]
    assert list(events.values(*names)) == list(records.values(*names))
    assert set(events.values_list("pgh_label", flat=True)) == {"insert"}
    contexts = {event.pgh_context.metadata["user"] for event in events}
    assert contexts == {people["editor"].pk}


def test_afterwards_the_trigger_writes_the_trail_again(run):
    run(survey_row(1))

    unit = Neighbourhood.objects.get()
    unit.pk, unit.rt_rw = None, "RT 9"
    unit.save()

    assert unit.events.get().pgh_label == "insert"


def test_the_staged_rows_are_gone_with_the_next_import(run):
    run(survey_row(1))
    run(file=xlsx_of([survey_row(2, tanggal_survei=LATER)]))

    with connection.cursor() as cursor:
        cursor.execute("SELECT rt_rw FROM pg_temp.survey_row")
        assert cursor.fetchall() == [("RT 002/RW 001",)]
