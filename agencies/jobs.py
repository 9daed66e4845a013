"""Background work of the agencies and people."""

from datetime import timedelta

from django.utils import timezone

from agencies.models import Notice
from core.background import every

KEEP_READ = timedelta(days=180)


@every("20 19 * * *")  # 03.20 WITA
def forget_read_notices() -> int:
    """Notices go half a year after they were read; unread ones stay."""
    old = Notice.objects.filter(read_at__lt=timezone.now() - KEEP_READ)
    return old.delete()[0]
