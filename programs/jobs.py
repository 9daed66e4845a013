"""Background work of the programmes."""

from django.utils import timezone

from core.background import every
from programs import services
from programs.services.attachments import sweep_files


@every("0 * * * *")
def calendar() -> int:
    """Make the reports of the periods that have opened: every hour, so that midnight
    in the province is not missed."""
    return services.open_due_reports(on=timezone.localdate())


@every("20 19 * * *")  # 03.20 WITA
def sweep() -> int:
    """Delete files that an upload left behind when it was cut off before its end."""
    return sweep_files()
