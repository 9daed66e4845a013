"""What belongs to a report, one of its lines, an activity or an area."""

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q

from areas.models import SlumArea
from programs.models.activity import Activity
from programs.models.report import ProgressReport, ReportLine

OWNER_NAMES: dict[type[models.Model], str] = {
    ProgressReport: "report",
    ReportLine: "line",
    Activity: "activity",
    SlumArea: "area",
}
OWNERS = tuple(OWNER_NAMES.values())


class OwnedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """Those of the reports, activities and areas in sight."""
        reports = ProgressReport.objects.visible_to(user)
        return self.filter(
            Q(report__in=reports)
            | Q(line__report__in=reports)
            | Q(activity__in=Activity.objects.visible_to(user))
            | Q(area__in=SlumArea.objects.visible_to(user))
        )


class Owned(models.Model):
    """A row that names exactly one owner; `one_owner` keeps that."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )
    line = models.ForeignKey(
        ReportLine, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, related_name="%(class)ss"
    )
    area = models.ForeignKey(
        SlumArea, on_delete=models.PROTECT, null=True, related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    @property
    def owner(self) -> Any:
        """The record that it belongs to."""
        return next(
            found for owner in OWNERS if (found := getattr(self, owner)) is not None
        )


def one_owner(*, name: str) -> models.CheckConstraint:
    """Exactly one of the records that can own the row is named."""
    ways = [
        Q(**{f"{other}__isnull": other != owner for other in OWNERS})
        for owner in OWNERS
    ]
    return models.CheckConstraint(condition=reduce(or_, ways), name=name)
