"""`remove_demo`: takes the example data away again, and nothing else."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError
from core.numbers import format_decimal
from dashboard.demo.removal import remove_demo

YES = ("y", "yes", "ya")


class Command(BaseCommand):
    help = (
        "Removes everything that load_demo stored, and what example users recorded"
        " since, ledger entries included, in one transaction. Refuses where a real"
        " record refers to it. The trail of changes stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask first")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        if not (yes or self.confirmed()):
            raise CommandError(_("Nothing was removed."))
        try:
            removed = remove_demo()
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        for row in removed:
            self.stdout.write(f"  {row.kind}: {format_decimal(row.count, 0)}")
        self.stdout.write(_("The example data is removed."))

    def confirmed(self) -> bool:
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody can be asked here: add --yes to remove it."))
        answer = input(_("Remove all example data for good? [y/N]") + " ")
        return answer.strip().lower() in YES
