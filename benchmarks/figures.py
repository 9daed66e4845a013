"""Measure the figures at 20,000 areas, 400,000 RT and 1,200,000 entries.

    .venv/bin/python -m benchmarks.figures [AREAS]

The same calls are timed at 500 areas with 30,000 entries and at AREAS (20,000) with 60
entries each: one database, which grows in between. Beside each call stand the very SQL
statements that it runs, alone, and the sum over the entries themselves, which is what
the stored sums spare. `flat` is the large time over the small one. Nothing fails here:
the numbers belong into the ADR about the stored sums.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from kumuh import local

SMALL, LARGE = 500, 20_000
RT, PER_RT = 20, 3
ROUNDS = 5
TODAY = date(2026, 6, 30)

AREAS = """
INSERT INTO areas_slumarea (name, agency_id, regency_id, typology, is_demo)
SELECT 'Besar ' || g, a.id, a.region_id,
    (ARRAY['waterside', 'lowland', ''])[1 + g %% 3], false
FROM generate_series(%(first)s::int, %(last)s::int) g
JOIN (SELECT id, region_id, row_number() OVER (ORDER BY id) - 1 AS n
      FROM agencies_agency WHERE level = 'regency') a ON a.n = g %% 13
"""
UNITS = """
INSERT INTO areas_neighbourhood
    (area_id, village_id, rt_rw, hectares, buildings, households, ideal_road_m,
     ideal_drainage_m)
SELECT s.id, s.regency_id || '.01.2001', 'RT ' || u, 0.1 + (s.id * u %% 90) / 100.0,
    50, 60, 500, 400
FROM areas_slumarea s, generate_series(1, %(rt)s) u
WHERE s.name LIKE 'Besar %%' AND NOT EXISTS
    (SELECT 1 FROM areas_neighbourhood n WHERE n.area_id = s.id)
"""
LINES = """
INSERT INTO areas_decreeline (decree_id, area_id, hectares, recorded_at)
SELECT (SELECT id FROM areas_decree), n.area_id, sum(n.hectares), now()
FROM areas_neighbourhood n
WHERE NOT EXISTS (SELECT 1 FROM areas_decreeline l WHERE l.area_id = n.area_id)
GROUP BY n.area_id
"""
SURVEYS = """
INSERT INTO areas_assessment
    (area_id, rule_set_id, basis, correction_reason, strategic_basis, social_basis,
     land_status, land_basis, plan_basis, surveyed_on, status, created_at,
     created_by_id, submitted_at, submitted_by_id, return_reason, verified_at,
     verified_by_id, total, severity, results, hectares)
SELECT l.area_id, (SELECT id FROM areas_ruleset WHERE code = 'permen-14-2018'), 'rt',
    '', '', '', '', '', '', DATE '2024-01-01' + 300 * s, 'verified', now(), %(user)s,
    now(), %(user)s, '', now(), %(user)s, v.total,
    CASE WHEN v.total >= 60 THEN 'heavy' WHEN v.total >= 38 THEN 'moderate'
         WHEN v.total >= 16 THEN 'light' ELSE 'not_slum' END, '{}', l.hectares
FROM areas_decreeline l CROSS JOIN generate_series(0, 2) s
CROSS JOIN LATERAL (SELECT (l.area_id * 7 + s * 13) %% 75 AS total) v
WHERE NOT EXISTS (SELECT 1 FROM areas_assessment a WHERE a.area_id = l.area_id)
"""
# Each RT is credited, reversed, and credited again: what a ledger looks like later.
ENTRIES = """
INSERT INTO areas_ledgerentry
    (decree_line_id, neighbourhood_id, footprint, outcome, kind, hectares, reverses_id,
     reason, agency_id, cause, period, effective_on, recorded_at, recorded_by_id,
     method, document, source_id)
SELECT l.id, n.id, '', 'handled', %(kind)s, %(sign)s * n.hectares, {reverses}, {reason},
    s.agency_id, 'Jalan lingkungan', 'Triwulan',
    DATE '2024-03-31' + 91 * ((n.id + s.id) %% 8)::int, %(moment)s, %(user)s,
    (ARRAY['desk', 'field'])[1 + (n.id %% 2)::int], '',
    (SELECT min(id) FROM areas_ledgersource) + s.id %% 500
FROM areas_neighbourhood n
JOIN areas_slumarea s ON s.id = n.area_id
JOIN areas_decreeline l ON l.area_id = n.area_id
{join}
WHERE n.id > %(after)s
"""
SOURCES = """
INSERT INTO areas_ledgersource (key, activity, programme, programme_key, year, fund)
SELECT 'ukur-' || g, 'Kegiatan ' || g, 'Program ' || g %% 50, g %% 50, 2024 + g %% 3,
    (ARRAY['apbn', 'apbd_province', 'apbd_regency', 'dak'])[1 + g %% 4]
FROM generate_series(1, 500) g
"""


def grow(user: Any, areas: int) -> None:
    """Let the database have so many areas with everything in them."""
    from django.db import connection
    from django.db.models import Max

    from areas.models import Neighbourhood, SlumArea

    there = SlumArea.objects.filter(name__startswith="Besar").count()
    after = Neighbourhood.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        # Without trail and key checks; the ledger's own triggers run all the same.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(AREAS, {"first": there + 1, "last": areas})
        cursor.execute(UNITS, {"rt": RT})
        cursor.execute(LINES)
        cursor.execute(SURVEYS, {"user": user.pk})
        undone = (
            "JOIN areas_ledgerentry c ON c.neighbourhood_id = n.id"
            " AND c.kind = 'credit'"
        )
        start = datetime(2026, 7, 1).astimezone()
        for number, (kind, sign, reverses, reason, join) in enumerate(
            (
                ("credit", 1, "NULL", "''", ""),
                ("reversal", -1, "c.id", "'Salah RT'", undone),
                ("credit", 1, "NULL", "''", ""),
            )
        ):
            cursor.execute(
                ENTRIES.format(reverses=reverses, reason=reason, join=join),
                {
                    "kind": kind,
                    "sign": sign,
                    "moment": start + timedelta(days=number),
                    "user": user.pk,
                    "after": after,
                },
            )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")  # as autovacuum has done a minute later


def calls(user: Any) -> dict[str, Callable[[], Any]]:
    """What is measured, by name."""
    from django.test import Client

    from areas.figures import figures
    from areas.models import SlumArea

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)

    def found(**asked: Any) -> Any:
        return figures(SlumArea.objects.visible_to(user), as_of=TODAY, **asked)

    late = datetime(2027, 1, 1).astimezone()
    return {
        "figures, today": lambda: found().all_figures,
        "by region": lambda: found().groups_by("region"),
        "by severity": lambda: found().groups_by("severity"),
        "by agency": lambda: found().groups_by("agency"),
        "by programme": lambda: found().groups_by("programme"),
        "by year": lambda: found().groups_by("year"),
        "known_at": lambda: found(known_at=late).all_figures,
        "GET figures": lambda: client.get("/api/v1/figures/"),
        "home page": lambda: client.get("/"),
        "sum of the entries": entries_alone,
    }


def entries_alone() -> Any:
    """What any figure would cost at least without stored sums."""
    from django.db.models import Sum

    from areas.models import LedgerEntry

    rows = LedgerEntry.objects.filter(effective_on__lte=TODAY).order_by()
    return list(rows.values("decree_line", "outcome").annotate(sum=Sum("hectares")))


def measure(call: Callable[[], Any]) -> tuple[float, float]:
    """Medians in ms: the call, and its SQL alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.run import plain

    with CaptureQueriesContext(connection) as captured:
        call()
    statements = [plain(query["sql"]) for query in captured.captured_queries]

    def bare() -> None:
        with connection.connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)
                if cursor.description:
                    cursor.fetchall()

    pairs = [(timed(call), timed(bare)) for _ in range(ROUNDS)]
    return (
        statistics.median(whole for whole, _ in pairs),
        statistics.median(alone for _, alone in pairs),
    )


def timed(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def main(areas: int) -> int:
    """Print the table."""
    from django.db import connection

    from areas.models import LedgerEntry
    from benchmarks import data

    user = data.make(0)
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, {})
    rows: dict[str, list[tuple[float, float]]] = {}
    for size in (SMALL, areas):
        start = time.perf_counter()
        grow(user, size)
        seconds = time.perf_counter() - start
        count = LedgerEntry.objects.count()
        print(f"{size} areas, {size * RT} RT, {count} entries: {seconds:.0f} s to make")
        for name, call in calls(user).items():
            rows.setdefault(name, []).append(measure(call))
    print(f"{'':20}{'small':>9}{'SQL':>8}{'large':>9}{'SQL':>8}{'flat':>7}")
    for name, ((small, bare), (large, bare_large)) in rows.items():
        print(
            f"{name:20}{small:9.1f}{bare:8.1f}{large:9.1f}{bare_large:8.1f}"
            f"{large / small:7.1f}"
        )
    return 0


def run(arguments: list[str]) -> int:
    """A throw-away server and database, the measurement, and away with both."""
    from benchmarks.run import in_test_database

    return in_test_database(lambda: main(int(arguments[0]) if arguments else LARGE))


if __name__ == "__main__":
    local.run_main(run)
