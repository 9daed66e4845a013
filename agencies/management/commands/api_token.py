"""`api_token USERNAME`: a token for the API, for 30 days."""

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.services import issue_token, revoke_tokens
from core.errors import BusinessRuleError


class Command(BaseCommand):
    help = (
        "Prints a new API token of a user (header: Authorization: Token …). It is"
        " stored hashed, cannot be shown again, and ends after 30 days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--revoke", action="store_true", help="delete all the user's tokens instead"
        )

    def handle(self, *args: Any, username: str, revoke: bool, **options: Any) -> None:
        try:
            with pghistory.context(source="command"):
                answer = self.revoke(username) if revoke else issue_token(username)
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(answer)

    def revoke(self, username: str) -> str:
        count = revoke_tokens(username)
        return _("%(count)s tokens revoked.") % {"count": count}
