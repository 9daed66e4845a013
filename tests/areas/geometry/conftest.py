"""A desk with one city whose boundary is known, and a way to import into it."""

import io
from typing import Any

import pytest
import shapely

from agencies.models import RegionBoundary
from areas.geometry.choices import Choices
from areas.geometry.plan import OutlinePlan
from areas.geometry.services import import_outlines
from areas.models import SlumArea
from core.errors import BusinessRuleError
from tests.factories_areas import DecreeLineFactory, SlumAreaFactory
from tests.map_files import boundary_of


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def city(region_tree) -> Any:
    """Kota Banjarmasin with a square boundary around the places of the files."""
    region = region_tree["63.71"]
    box = boundary_of()
    west, south, east, north = box.bounds
    RegionBoundary.objects.create(
        region=region,
        geometry=shapely.geometry.mapping(box),
        min_lon=west,
        min_lat=south,
        max_lon=east,
        max_lat=north,
    )
    return region


@pytest.fixture
def area(office, city) -> SlumArea:
    """Mantuil: 100 ha under a decree, no outline yet."""
    area = SlumAreaFactory(agency=office, name="Mantuil")
    DecreeLineFactory(area=area, hectares=100)
    return area


@pytest.fixture
def run(operator):
    """Imports a file as the reporter, by its bytes."""

    def run_import(
        content: bytes, name="peta.zip", *, by=None, **options
    ) -> OutlinePlan:
        dry_run = options.pop("dry_run", False)
        return import_outlines(
            io.BytesIO(content),
            name,
            choices=Choices(**options),
            by=by or operator,
            dry_run=dry_run,
        )

    return run_import


@pytest.fixture
def problems(run):
    """Everything that is wrong with a file, as sentences; nothing is stored of it."""

    def run_refused(content: bytes, name="peta.zip", **options) -> list[str]:
        try:
            plan = run(content, name, **options)
        except BusinessRuleError as error:
            found = [text for texts in error.errors.values() for text in texts]
        else:
            found = [text for row in plan.rows for text in row.problems]
        assert not SlumArea.objects.exclude(outline=None).exists()
        return found

    return run_refused
