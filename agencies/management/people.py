"""In whose name a command works."""

from django.core.management import CommandError
from django.utils.translation import gettext as _

from agencies.models import User


def named_user(username: str) -> User:
    """The active person of this name. Raises CommandError where there is none."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(
            _("There is no user %(name)s. Name one with --user.") % {"name": username}
        )
    return user
