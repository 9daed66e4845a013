"""`data_health`: each check with its number of rows; fails if a severe one has any."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.models import Region
from core.numbers import format_decimal
from dashboard.health.check import CheckSeverity, Result, run_checks
from dashboard.health.registry import CHECKS


class Command(BaseCommand):
    help = (
        "Runs all data-health checks, also the slow ones, and prints how many rows each"
        " has. The exit code is 1 when a severe check has rows, else 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--regency", default="", metavar="CODE", help="only its rows, as 63.71"
        )
        parser.add_argument(
            "--severity", choices=CheckSeverity.values, help="only checks of it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        regency, severity = options["regency"], options["severity"]
        self.require_regency(regency)
        checks = [check for check in CHECKS if severity in (None, check.severity)]
        results = run_checks(checks, None, regency=regency, with_slow=True)
        for line in table_of(results):
            self.stdout.write(line)
        failed = [result for result in results if result.fails]
        if failed:
            raise CommandError(
                _("Severe checks with rows: %(codes)s.")
                % {"codes": ", ".join(result.check.code for result in failed)}
            )

    def require_regency(self, code: str) -> None:
        regencies = Region.objects.filter(level=Region.Level.REGENCY)
        if code and not regencies.filter(pk=code).exists():
            raise CommandError(
                _("There is no regency or city with the code %(code)s.")
                % {"code": code}
            )


def table_of(results: Sequence[Result]) -> list[str]:
    """The results as lines of text, in columns; what is fine says so."""
    head = (_("How bad"), _("Rows"), _("Check"), _("Code"), _("Who puts it right"))
    rows = [head, *(_cells(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cells(result: Result) -> tuple[str, ...]:
    check = result.check
    return (
        _("fine") if result.is_fine else str(check.severity.label),
        format_decimal(result.count or 0, 0),
        str(check.title),
        check.code,
        str(check.owner.label),
    )
