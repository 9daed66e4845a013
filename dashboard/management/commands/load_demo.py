"""`load_demo`: example data to look around in, with example users of each role."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies.roles import Role
from core.errors import BusinessRuleError
from dashboard.demo.loading import load_demo
from dashboard.demo.people import Account


class Command(BaseCommand):
    help = (
        "Stores generated example data, marked DATA CONTOH, and prints the passwords of"
        " its users once. remove_demo takes all of it away again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = load_demo(lambda stage: self.stdout.write(f"  {stage}"))
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Example users (passwords are shown only this once):"))
        for line in table(accounts):
            self.stdout.write(f"  {line}".rstrip())


def table(accounts: Sequence[Account]) -> list[str]:
    """The accounts as lines with aligned columns, the heading first."""
    rows = [(_("username"), _("role"), _("agency"), _("password"))]
    rows += [
        (
            account.user.username,
            str(Role(account.role).label),
            account.agency.short_name,
            account.password,
        )
        for account in accounts
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
