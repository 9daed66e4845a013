"""Whatever stands in the address of a list, it answers; it never breaks."""

import pytest
from django.urls import resolve, reverse
from django_filters import FilterSet

from tests.test_permissions import own_names

pytestmark = [pytest.mark.django_db, pytest.mark.drill]

LISTS = sorted(
    name for name in own_names() if name.endswith(("-list", "home", "-geojson"))
)
GARBAGE = (
    "x",
    "\x00",
    "1e400",
    "NaN",
    "-1",
    "9" * 30,
    "0000-00-00",
    "99999-01-01",
    "1970-13-45",
    "' OR 1=1 --",
    "%s",
    "\U0001f600",
)
ALWAYS = ("page", "page_size", "sort", "ordering", "format", "as_of", "q")


def parameters_of(address: str) -> list[str]:
    view = resolve(address).func
    listing = getattr(view, "view_class", None) or getattr(view, "cls", None)
    filters = getattr(listing, "filterset_class", FilterSet).base_filters
    return sorted({*ALWAYS, *filters})


@pytest.mark.parametrize("name", LISTS)
def test_a_list_answers_to_garbage(client, log_in, verifier, name):
    log_in("verifier")
    address = reverse(name)

    for parameter in parameters_of(address):
        for value in GARBAGE:
            response = client.get(address, {parameter: value})
            assert response.status_code in {200, 302, 400, 404}, (parameter, value)
