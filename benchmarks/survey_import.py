"""Measure the survey import at 100,000 RT beside COPY and django-import-export.

    .venv/bin/python -m benchmarks.survey_import [ROWS]

Each line is a process of its own on the same machine and database server in one run, so
that its peak memory is its own. COPY is the floor: the same RT and volumes, ready as
text, into bare tables without keys, checks or trail. django-import-export is measured
as it comes (a ModelResource, row by row, preview included in its dry run) over the RT
alone, without their volumes, and over fewer rows, because it is slow; it is no
dependency of the application: `pip install --group bench`. The exit code is 1 when our
peak is above `MOST_MB`.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kumuh import local, testdb

ROWS = 100_000
PEER_ROWS = 2_000
PER_AREA = 40
MOST_MB = 300
SEED = 63
DECREE = "SK-UKUR 1/2024"
DENOMINATORS = (100, 400, 120, 900, 800)  # buildings, people, KK, road, drainage


def rows(count: int, codes: tuple[str, ...]) -> Iterator[list[Any]]:
    """The rows of the template in the order of its columns, without a date."""
    chance = random.Random(SEED)
    for number in range(count):
        area = number // PER_AREA
        yield [
            f"63.{area % 13 + 1:02}.01.2001",
            f"Kawasan {area:05}",
            f"RT {number % PER_AREA + 1:03}/RW 001",
            chance.randrange(100_000, 3_000_000) / 1_000_000,
            *DENOMINATORS,
            *(chance.randrange(0, 1000) / 10_000 for _ in codes),
        ]


def make_workbook(path: Path, count: int) -> None:
    """The survey as an office would send it."""
    import xlsxwriter

    from areas.rule_seeds import seeded_rules
    from areas.survey.columns import SurveySheet
    from benchmarks.data import RULES

    sheet = SurveySheet(seeded_rules(RULES))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("Survei")
    unused = ("existing_road_m", "open_space_m2", "surveyed_on")
    headings = [c.heading for c in sheet.columns if c.field not in unused]
    page.write_row(0, 0, headings)
    for number, row in enumerate(rows(count, sheet.rules.codes), start=1):
        page.write_row(number, 0, row)
    book.close()


# ---- what is measured, each in a process of its own ---------------------------------


def survey(path: str, *, dry_run: bool) -> int:
    """Our preview, or our import."""
    from datetime import date

    from agencies.models import User
    from areas.models import Decree
    from areas.survey.services import import_survey

    with Path(path).open("rb") as file:
        plan = import_survey(
            file,
            decree=Decree.objects.select_related("region").get(number=DECREE),
            by=User.objects.get(username="ukur"),
            create_areas=True,
            default_date=date(2025, 3, 31),
            dry_run=dry_run,
            check_rights=False,
        )
    return plan.new_units


def bare_copy(folder: str) -> int:
    """The same RT and volumes by COPY alone."""
    from django.db import connection

    kinds = {
        "rt": "id integer, village text, area text, rt text, hectares numeric(14,6),"
        " buildings integer, population integer, households integer,"
        " road numeric(14,6), drainage numeric(14,6)",
        "value": "unit integer, code text, volume numeric(14,6)",
    }
    with connection.cursor() as cursor:
        for name, columns in kinds.items():
            cursor.execute(f"CREATE TABLE bare_{name} ({columns})")
            with (
                (Path(folder) / name).open("rb") as file,
                cursor.copy(f"COPY bare_{name} FROM STDIN") as copy,
            ):
                while chunk := file.read(1 << 16):
                    copy.write(chunk)
        cursor.execute("SELECT count(*) FROM bare_rt")
        (count,) = cursor.fetchone()
        for name in kinds:
            cursor.execute(f"DROP TABLE bare_{name}")
    return count


def peer(path: str) -> int:
    """django-import-export's default: dry run as its preview, then the import."""
    import tablib
    from import_export.resources import ModelResource

    from areas.models import Neighbourhood

    class Units(ModelResource):
        class Meta:
            model = Neighbourhood

    data = tablib.Dataset().load(Path(path).read_text(), format="csv")
    resource_ = Units()
    for dry_run in (True, False):
        result = resource_.import_data(data, dry_run=dry_run, raise_errors=True)
    return result.totals["new"]


PARTS: dict[str, Callable[[str], int]] = {
    "preview": lambda path: survey(path, dry_run=True),
    "import": lambda path: survey(path, dry_run=False),
    "copy": bare_copy,
    "peer": peer,
}


def measure(part: str, argument: str) -> None:
    """Run one part here and print what it took."""
    import django

    django.setup()
    start = time.perf_counter()
    count = PARTS[part](argument)
    seconds = time.perf_counter() - start
    print(json.dumps({"rows": count, "seconds": seconds, "peak": peak_mb()}))


def peak_mb() -> float:
    """The most memory that this process has had, in MB.

    Where there is /proc, from there: `ru_maxrss` of a child begins with its parent's.
    """
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- the run ------------------------------------------------------------------------


def main(count: int) -> int:
    """Print the table; 1 when our peak is above the budget."""
    from benchmarks import data

    data.make(0)
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "survei.xlsx"
        make_workbook(book, count)
        write_texts(Path(folder), count)
        megabytes = book.stat().st_size / (1 << 20)
        print(
            f"{count} RT, {count // PER_AREA} areas, a workbook of {megabytes:.1f} MB"
        )
        print(f"{'':22}{'rows':>9}{'seconds':>9}{'rows/s':>9}{'peak MB':>9}")
        ours = [
            show("our preview", part("preview", book)),
            show("our import", part("import", book)),
        ]
        show("COPY, bare tables", part("copy", Path(folder)))
        measure_peer(Path(folder))
    over = max(line["peak"] for line in ours) > MOST_MB
    print(f"budget: {MOST_MB} MB{'  OVER' if over else ''}")
    return int(over)


def measure_peer(folder: Path) -> None:
    try:
        import import_export  # noqa: F401
    except ImportError:
        print("django-import-export: not installed (pip install --group bench)")
        return
    show("django-import-export", part("peer", peer_file(folder)))
    print(f"  (RT without volumes, {PEER_ROWS} rows: preview and import together)")


def part(name: str, argument: Path) -> dict[str, float]:
    """Measure one part in a new process, against the database of this run."""
    from django.db import connection

    url = os.environ["DATABASE_URL"].partition("?")
    address = url[0].rpartition("/")[0]
    database = f"{address}/{connection.settings_dict['NAME']}{url[1]}{url[2]}"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.survey_import",
            "--part",
            name,
            str(argument),
        ],
        env={**os.environ, "DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(name: str, line: dict[str, float]) -> dict[str, float]:
    speed = line["rows"] / line["seconds"]
    print(
        f"{name:22}{line['rows']:9}{line['seconds']:9.1f}{speed:9.0f}{line['peak']:9.0f}",
        flush=True,
    )
    return line


def write_texts(folder: Path, count: int) -> None:
    """What COPY reads: a line per RT, and one per volume."""
    from areas.rule_seeds import seeded_rules
    from benchmarks.data import RULES

    codes = seeded_rules(RULES).codes
    with (folder / "rt").open("w") as units, (folder / "value").open("w") as values:
        for number, row in enumerate(rows(count, codes), start=1):
            figures, volumes = row[: -len(codes)], row[-len(codes) :]
            units.write("\t".join(map(str, [number, *figures])) + "\n")
            for code, volume in zip(codes, volumes, strict=True):
                values.write(f"{number}\t{code}\t{volume}\n")


def peer_file(folder: Path) -> Path:
    """RT of another area for the other package, by the columns of its model."""
    from areas.models import SlumArea

    area = SlumArea.objects.order_by("pk")[0]
    village = f"{area.regency_id}.01.2001"
    path = folder / "peer.csv"
    with path.open("w") as file:
        file.write("id,area,village,rt_rw,hectares,buildings,population,households,")
        file.write("ideal_road_m,ideal_drainage_m\n")
        for number, row in enumerate(rows(PEER_ROWS, ()), start=1):
            figures = ",".join(map(str, row[3:]))
            file.write(f",{area.pk},{village},Lain {number},{figures}\n")
    return path


def run(arguments: list[str]) -> int:
    """A throw-away server and database, the measurement, and away with both."""
    os.environ.update(
        SECRET_KEY="only-for-measuring",
        HTTPS="0",
        DJANGO_SETTINGS_MODULE="kumuh.settings",
    )
    if arguments[:1] == ["--part"]:
        measure(*arguments[1:])
        return 0
    with testdb.test_database():
        import django
        from django.test.utils import setup_databases, teardown_databases

        django.setup()
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            return main(int(arguments[0]) if arguments else ROWS)
        finally:
            teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    local.run_main(run)
