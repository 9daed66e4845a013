"""Measure the main pages at 5,000 areas, as ratios to the same SQL alone.

    .venv/bin/python -m benchmarks.run [AREAS]

Each page is timed in turn with a bare Django view behind the same sign-in that runs the
very SQL statements of that page and answers them as JSON (API), through the smallest
template (list page) or not at all (dashboard). The median of the ratios is compared
with the budget of `PAGES`. The machine's speed does not matter, only ratios.
"""

import contextlib
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable

from kumuh import local, testdb

ROUNDS = 15
PAGES = [
    # name, address, how the bare view answers, budget as a ratio, most queries
    ("list page", "/kawasan/", "template", 2.0, None),
    ("list endpoint", "/api/v1/slum-areas/", "json", 3.0, None),
    ("dashboard", "/", "nothing", 3.0, 12),
]
BARE_TEMPLATE = (
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)


def main(area_count: int) -> int:
    """Print the table; 1 when a budget is exceeded."""
    from benchmarks import data

    user = data.make(area_count)
    over = 0
    print(f"{area_count} areas, {ROUNDS} rounds, medians")
    print(
        f"{'page':15}{'page ms':>9}{'bare ms':>9}{'ratio':>7}"
        f"{'budget':>8}{'queries':>9}"
    )
    for name, address, answer, budget, most in PAGES:
        page_ms, bare_ms, ratio, queries = measure(user, address, answer)
        bad = ratio > budget or (most is not None and queries > most)
        over += bad
        print(
            f"{name:15}{page_ms:9.1f}{bare_ms:9.1f}{ratio:7.2f}{budget:8.1f}"
            f"{queries:9}{'  OVER' if bad else ''}"
        )
    return 1 if over else 0


def measure(user, address: str, answer: str) -> tuple[float, float, float, int]:
    """Medians of page and bare view in ms, the median ratio, the page's queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    statements = [plain(query["sql"]) for query in captured.captured_queries]
    # The first two (session, user) are the bare view's own as well.
    bare = bare_view(statements[2:], answer)
    pairs = [
        (timed(lambda: client.get(address)), timed(lambda: bare(client)))
        for _ in range(ROUNDS)
    ]
    return (
        statistics.median(page for page, _ in pairs),
        statistics.median(alone for _, alone in pairs),
        statistics.median(page / alone for page, alone in pairs),
        len(statements),
    )


def plain(statement: str) -> str:
    """The statement without the named cursor that the page read it through."""
    return re.sub(r"^DECLARE .*? CURSOR (WITH(OUT)? HOLD )?FOR ", "", statement)


def bare_view(statements: list[str], answer: str) -> Callable:
    """A call of a view behind the same sign-in that runs just these statements."""
    from django.contrib.auth.decorators import login_required
    from django.db import connection
    from django.http import HttpResponse
    from django.template import engines
    from django.test import override_settings
    from django.urls import path

    template = engines["django"].from_string(BARE_TEMPLATE)

    @login_required
    def view(request):
        rows: list = []
        connection.ensure_connection()
        # The driver's own cursor: the statements are whole, Django's would add to them.
        with connection.connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
                if cursor.description:
                    rows += cursor.fetchall()
        if answer == "json":
            return HttpResponse(json.dumps(rows, default=str))
        if answer == "template":
            return HttpResponse(template.render({"rows": rows}))
        return HttpResponse()

    module = type(sys)("benchmarks.bare_urls")
    module.urlpatterns = [path("bare/", view)]  # type: ignore[attr-defined]

    def call(client):
        with override_settings(ROOT_URLCONF=module):
            response = client.get("/bare/")
        assert response.status_code == 200
        return response

    return call


def timed(call: Callable) -> float:
    """How long one call takes, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def run(arguments: list[str]) -> int:
    """The measurement in a database of its own."""
    return in_test_database(lambda: main(int(arguments[0]) if arguments else 5000))


def in_test_database(measured: Callable[[], int]) -> int:
    """A throw-away server and database, the measurement, and away with both."""
    os.environ.update(
        SECRET_KEY="only-for-measuring",
        HTTPS="0",
        DJANGO_SETTINGS_MODULE="kumuh.settings",
    )
    with testdb.test_database():
        import django

        # Not the test environment: its templates tell a listener of every rendering.
        from django.test.utils import setup_databases, teardown_databases

        django.setup()
        from kumuh import static_files

        static_files.collect(lambda _name: contextlib.nullcontext())
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            return measured()
        finally:
            teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    local.run_main(run)
