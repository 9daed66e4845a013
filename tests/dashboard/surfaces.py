"""The hectares of one question, as each surface of the application answers it."""

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from areas.figures import figures
from areas.filters import SlumAreaFilter, figure_query
from areas.models import SlumArea

NAMES = ("decreed", "handled", "improved", "cleared")
HEADINGS = dict(
    zip(
        NAMES,
        ("Luas SK (ha)", "Ditangani (ha)", "Membaik (ha)", "Keluar dari kumuh (ha)"),
        strict=True,
    )
)
FOOT = re.compile(r'data-l="([^"]+)"[^>]*><data value="([^"]+)"')
PLACES = Decimal("0.000001")
LIST = "/kawasan/"
API = "/api/v1/slum-areas/"
FIGURES = "/api/v1/figures/"
Sums = dict[str, Decimal]


def sums_by_surface(client: Any, user: Any, query: dict[str, str]) -> dict[str, Sums]:
    """Decreed, handled, improved and cleared, by the name of the surface."""
    home = client.get("/", query)
    features = features_of(client.get(LIST, {**query, "format": "geojson"}))
    return {
        "figures": computed(user, query),
        "home": of_home(home),
        "map": of_map(home, features),
        "page": of_page(client.get(LIST, query)),
        "csv": of_csv(client.get(LIST, {**query, "format": "csv"})),
        "xlsx": of_xlsx(client.get(LIST, {**query, "format": "xlsx"})),
        "geojson": of_features(features),
        "api": of_api(client, query),
    }


def refusals_by_surface(client: Any, query: dict[str, str]) -> dict[str, bool]:
    """Whether each surface refuses a filter that cannot be read."""
    paths = {"api": API, "api geojson": f"{API}geojson/", "api figures": FIGURES}
    refused = {
        name: client.get(path, query).status_code == 400 for name, path in paths.items()
    }
    for name in ("csv", "xlsx", "geojson"):
        response = client.get(LIST, {**query, "format": name})
        refused[name] = response.status_code == 302
    home, page = client.get("/", query), client.get(LIST, query)
    return refused | {
        "home": not home.context["figures"].cells,
        "page": not page.context["object_list"],
    }


def computed(user: Any, query: dict[str, str]) -> Sums:
    """What `figures()` says, asked directly."""
    request = RequestFactory().get("/", query)
    request.user = user
    asked = figure_query(request)
    areas = asked.of(SlumArea.objects.visible_to(user))
    filterset = SlumAreaFilter(request.GET, areas, request=request)
    assert filterset.is_valid(), filterset.errors
    found = figures(
        filterset.qs,
        as_of=asked.as_of,
        known_at=asked.known_at,
        entries=asked.entries,
    )
    return {name: getattr(found.total, name) for name in NAMES}


def of_home(response: Any) -> Sums:
    """The cards, as their `<data value>` has them; nothing is zero hectares."""
    cards = {card.label: card.value for card in response.context.get("cards", [])}
    labels = ("Luas dalam SK (dasar)", "Ditangani", "Membaik", "Keluar dari kumuh")
    return {
        name: cards.get(label, Decimal(0))
        for name, label in zip(NAMES, labels, strict=True)
    }


def of_map(response: Any, features: list[dict[str, Any]]) -> Sums:
    """The hectares of the areas that are drawn, none of which may be left out."""
    drawn = response.context.get("map")
    if drawn is None:
        return dict.fromkeys(NAMES, Decimal(0))
    assert (drawn.unplaced, drawn.outside) == (0, 0)
    urls = [area.url for area in drawn.areas]
    assert len(urls) == len(set(urls))
    return of_features(f for f in features if f["properties"]["url"] in urls)


def of_page(response: Any) -> Sums:
    """The foot of the table, as the browser gets it."""
    _head, _foot, text = response.content.decode().partition("<tfoot>")
    values = dict(FOOT.findall(text.partition("</tfoot>")[0]))
    return {name: Decimal(values.get(HEADINGS[name], 0)) for name in NAMES}


def of_csv(response: Any) -> Sums:
    text = body_of(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    return {
        name: added(row[HEADINGS[name]].replace(",", ".") for row in rows)
        for name in NAMES
    }


def of_xlsx(response: Any) -> Sums:
    head, *rows = sheet_of(response, 0)
    return {
        name: added(row[head.index(HEADINGS[name])] for row in rows) for name in NAMES
    }


def of_features(features: Any) -> Sums:
    rows = [feature["properties"] for feature in features]
    return {name: added(row[name] for row in rows) for name in NAMES}


def of_api(client: Any, query: dict[str, str]) -> Sums:
    """All pages of the list, four areas on each."""
    page = client.get(API, {**query, "page_size": 4}).json()
    rows = page["results"]
    while page["next"]:
        page = client.get(page["next"]).json()
        rows += page["results"]
    return {name: added(row[name] for row in rows) for name in NAMES}


def of_api_figures(response: Any) -> Sums:
    values = {row["code"]: row["value"] for row in response.json()["results"]}
    return {name: Decimal(values.get(name) or 0) for name in NAMES}


def features_of(response: Any) -> list[dict[str, Any]]:
    return collection_of(response)["features"]


def collection_of(response: Any) -> dict[str, Any]:
    return json.loads(body_of(response))


def sheet_of(response: Any, number: int) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body_of(response)))
    return book.get_sheet_by_index(number).to_python()


def body_of(response: Any) -> bytes:
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def added(values: Any) -> Decimal:
    """The sum; what comes as a float is read as a spreadsheet shows it."""
    return sum(
        (Decimal(str(value or 0)).quantize(PLACES) for value in values), Decimal(0)
    )
