"""Background work of the programmes."""

from django.utils import timezone

from core.background import every
from programs import services
from programs.services.attachments import sweep_files


@every("0 * * * *")
def calendar() -> int:
    """Make the year's periods and the reports of those that have opened: every hour,
    so that midnight in the province is not missed."""
    today = timezone.localdate()
    services.make_periods(today.year)
    return services.open_due_reports(on=today)


@every("20 19 * * *")  # 03.20 WITA
def sweep() -> int:
    """Delete files that an upload left behind when it was cut off before its end."""
    return sweep_files()
