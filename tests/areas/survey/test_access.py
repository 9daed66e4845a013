"""Who may import what."""

import pytest

from core.errors import NotAllowedError
from tests.factories_areas import DecreeLineFactory, SlumAreaFactory
from tests.survey import survey_row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", ["verifier", "viewer"])
def test_who_may_not_import_at_all(run, by):
    with pytest.raises(NotAllowedError):
        run(survey_row(1), by=by)


def test_an_operator_imports_only_into_the_own_region(refused):
    [sentence] = refused(survey_row(1), by="neighbour")

    assert sentence.endswith("di luar wilayah kerja Anda.")


def test_suggestions_stay_inside_the_own_region(refused):
    [sentence] = refused(survey_row(1, kode_desa="63.71.01.1004"), by="neighbour")

    assert "Kelayan" not in sentence
    assert "Landasan Ulin" in sentence


def test_only_the_province_adds_areas_to_its_decree(refused):
    [sentence] = refused(survey_row(1), by="operator")

    assert "Hanya pengelola data provinsi" in sentence


def test_another_offices_area_is_not_ones_own(refused, decree, people):
    other = people["neighbour"].memberships.get().agency
    area = SlumAreaFactory(
        name="Kelayan Barat", agency=other, regency_id="63.71", regency=None
    )
    DecreeLineFactory(decree=decree, area=area)

    [sentence] = refused(survey_row(1), by="operator", create_areas=False)

    assert "Peran Anda tidak mengizinkan impor survei untuk" in sentence
