"""Background work of the programmes."""

from django.utils import timezone

from core.background import every
from programs import services


@every("0 * * * *")
def calendar() -> int:
    """Make the reports of the periods that have opened: every hour, so that midnight
    in the province is not missed."""
    return services.open_due_reports(on=timezone.localdate())
