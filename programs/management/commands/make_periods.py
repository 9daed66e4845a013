"""The reporting periods of a year: quarters, the year itself, months if asked."""

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from programs import services
from programs.services.periods import FIRST_YEAR, LAST_YEAR


class Command(BaseCommand):
    help = "Makes the reporting periods of a year where they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--months", action="store_true", help="its months as well")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CommandError(_("The year must lie between 2000 and 2100."))
        with pghistory.context(source="command"):
            periods = services.make_periods(year, months=options["months"])
        for period in periods:
            self.stdout.write(
                _("%(name)s: %(first)s to %(last)s, due on %(due)s")
                % {
                    "name": period.name,
                    "first": period.starts_on.isoformat(),
                    "last": period.last_day.isoformat(),
                    "due": period.due_on.isoformat(),
                }
            )
