"""The reports that the calendar calls for, by hand; the worker does it every hour."""

from datetime import date
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from programs import services


class Command(BaseCommand):
    help = "Makes the progress reports that are due to be opened and are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="As on that day (YYYY-MM-DD); today if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        with pghistory.context(source="command"):
            count = services.open_due_reports(on=_day(options["on"]))
        self.stdout.write(_("%(count)s reports opened") % {"count": count})


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("A day is written as YYYY-MM-DD.")) from error
