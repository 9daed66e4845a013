"""A survey desk: people, a decree, and imports of rows in their name."""

import pytest

from areas.survey.services import import_survey
from core.spreadsheets import SpreadsheetError
from tests.factories_areas import DecreeFactory
from tests.spreadsheets import xlsx_of
from tests.survey import make_people, stored


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def decree():
    return DecreeFactory(number="SK 1/2025")


@pytest.fixture
def run(people, decree):
    """Imports rows as the province's data manager, unless said otherwise."""

    def run_import(*rows, by="editor", file=None, **options):
        options.setdefault("create_areas", True)
        return import_survey(
            file or xlsx_of(rows), decree=decree, by=people[by], **options
        )

    return run_import


@pytest.fixture
def refused(run):
    """The problems of a refused file; nothing is stored of it."""

    def run_refused(*rows, **options):
        before = stored()
        with pytest.raises(SpreadsheetError) as error:
            run(*rows, **options)
        assert stored() == before
        return [str(problem) for problem in error.value.problems]

    return run_refused
