"""Background work: how a job is declared, and its names in the admin.

A job is a function in `<app>/jobs.py`. The worker (`kumuh/worker.py`, or
`script/manage procrastinate worker`) runs it, tries it again with back-off when it
fails, and the admin shows it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.utils.translation import gettext_lazy as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.apps import ProcrastinateConfig

# After 5, 25, 125 … seconds; the last time some four hours after the one before it.
RETRY = RetryStrategy(max_attempts=6, exponential_wait=5)


class BackgroundConfig(ProcrastinateConfig):
    """The library's app with names that the office reads; its models have none."""

    verbose_name = _("Background work")

    def ready(self) -> None:
        super().ready()
        for model, one, many in (
            ("ProcrastinateJob", _("background job"), _("background jobs")),
            ("ProcrastinateEvent", _("step of a job"), _("steps of a job")),
        ):
            meta = self.get_model(model)._meta
            meta.verbose_name = one  # type: ignore[assignment]
            meta.verbose_name_plural = many  # type: ignore[assignment]


def every(cron: str) -> Callable[[Callable[[], Any]], Any]:
    """A job that the worker starts by itself at these times, which are in UTC.

    One that was missed is made up for once, within a day (the library's `max_delay`).
    What the job changes stands in the trail as done by a job.
    """

    def declare(work: Callable[[], Any]) -> Any:
        @app.periodic(cron=cron)
        @app.task(retry=RETRY)
        @wraps(work)
        def job(timestamp: int) -> Any:
            with pghistory.context(source="job"):
                return work()

        return job

    return declare
