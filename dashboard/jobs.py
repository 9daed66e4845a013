"""Background work across the apps: the morning's reminders and mails."""

from django.utils import timezone

from coordination.reminders import remind_of_commitments, remind_of_meetings
from core.background import every
from dashboard.digests import send_digests
from programs.reminders import remind


@every("0 23 * * *")  # 07.00 WITA
def morning() -> int:
    """Remind of due dates and meetings, then mail everybody their day.

    Repeated after a failure it tells and mails nobody twice.
    """
    today = timezone.localdate()
    remind(today)
    remind_of_meetings(today)
    remind_of_commitments(today)
    return send_digests(today)
