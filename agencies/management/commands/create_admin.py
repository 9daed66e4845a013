"""`create_admin`: the first administrator, at the very first start."""

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies.services import ADMIN_NAME, ensure_admin
from core.errors import BusinessRuleError


class Command(BaseCommand):
    help = (
        f"Makes the user {ADMIN_NAME} with a random password, printed once. Does"
        " nothing when the user exists."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with pghistory.context(source="command"):
                password = ensure_admin()
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        if password is None:
            return
        self.stdout.write(
            _("  %(name)s  password: %(password)s  (shown only this once; keep it)")
            % {"name": ADMIN_NAME, "password": password}
        )
