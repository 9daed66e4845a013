"""First administrator, and API tokens."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, ApiToken, Membership, User
from agencies.roles import Role
from agencies.seed import HOME_PROVINCE
from core.errors import BusinessRuleError

ADMIN_NAME = "admin"
# Without the letters and digits that look alike when copied from a screen.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 16


def random_password() -> str:
    """16 letters and digits in groups of four: 79 bits, easy to type."""
    letters = [secrets.choice(PASSWORD_LETTERS) for _unused in range(PASSWORD_LENGTH)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, PASSWORD_LENGTH, 4))


@transaction.atomic
def ensure_admin() -> str | None:
    """Make the user `admin` if there is none; return the password, else None.

    The administrator's role lies in the province's housing office. Raises
    `BusinessRuleError` when that office does not exist yet.
    """
    if User.objects.filter(username=ADMIN_NAME).exists():
        return None
    office = (
        Agency.objects.filter(
            level=Agency.Level.PROVINCE,
            kind=Agency.Kind.HOUSING_OFFICE,
            region=HOME_PROVINCE,
        )
        .order_by("pk")
        .first()
    )
    if office is None:
        raise BusinessRuleError(
            _("The province's housing office does not exist: run seed_agencies first.")
        )
    password = random_password()
    admin = User.objects.create_superuser(ADMIN_NAME, password=password)
    Membership.objects.create(user=admin, agency=office, role=Role.ADMINISTRATOR)
    return password


@transaction.atomic
def issue_token(username: str) -> str:
    """A new API token of this person, valid for 30 days; only its hash is stored.

    Raises `BusinessRuleError` for an unknown or deactivated user.
    """
    user = _user_named(username)
    if not user.is_active:
        raise BusinessRuleError(
            _("The user %(name)s is deactivated: activate the account first.")
            % {"name": username}
        )
    _token, text = ApiToken.objects.create(user=user)
    return text


@transaction.atomic
def revoke_tokens(username: str) -> int:
    """Delete all API tokens of this person, also a deactivated one; return how many."""
    tokens = ApiToken.objects.filter(user=_user_named(username))
    return tokens.delete()[0]


def _user_named(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise BusinessRuleError(
            _("There is no user %(name)s. Check the spelling.") % {"name": username}
        )
    return user
