"""`load_sipd_codes FILE YEAR`: the catalogue of SIPD codes of one budget year."""

from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.numbers import format_decimal
from programs import services
from programs.sipd import SHIPPED


class Command(BaseCommand):
    help = (
        "Loads SIPD codes of a year from a CSV or XLSX with the columns code, name and"
        " source. Safe to repeat: names are updated, nothing is deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            help=f"the list; {SHIPPED.name} stands for the one that comes along",
        )
        parser.add_argument("year", type=int, help="the budget year, such as 2026")
        parser.add_argument(
            "--source", default="", help="where the codes are from, if no row says it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.exists() and path.name == SHIPPED.name:
            path = SHIPPED
        try:
            with path.open("rb") as file, pghistory.context(source="command"):
                load = services.load_sipd_codes(
                    file, year=options["year"], source=options["source"]
                )
        except OSError as error:
            text = _("%(file)s cannot be read: %(reason)s")
            words = {"file": path, "reason": error.strerror}
            raise CommandError(text % words) from error
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        counts = {"added": load.added, "changed": load.changed, "same": load.same}
        text = _("SIPD codes: %(added)s new, %(changed)s changed, %(same)s as before.")
        shown = {name: format_decimal(count, 0) for name, count in counts.items()}
        self.stdout.write(text % shown)
        if load.gone:
            text = _("Not in the list, kept here: %(codes)s")
            self.stdout.write(text % {"codes": ", ".join(load.gone)})
