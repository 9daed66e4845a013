"""What people say to each other on reports, lines, activities and areas."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from areas.models import SlumArea
from core.tracking import tracked
from programs.models.activity import Activity
from programs.models.attachment import OWNERS, one_owner, owned_q
from programs.models.report import ProgressReport, ReportLine


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: Any) -> "CommentQuerySet":
        """Those of the reports, activities and areas in sight."""
        return self.filter(owned_q(user))


@tracked()
class Comment(models.Model):
    """A remark; whom it mentions is told. It stays as it was said."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    line = models.ForeignKey(
        ReportLine, on_delete=models.CASCADE, null=True, related_name="comments"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, related_name="comments"
    )
    area = models.ForeignKey(
        SlumArea, on_delete=models.PROTECT, null=True, related_name="comments"
    )
    text = models.TextField(_("comment"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="CommentMention", related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]
        constraints = [
            one_owner(name="comment_one_owner"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="comment_says_something",
                violation_error_message=_("Write something."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def owner(self) -> Any:
        """The record that it is about."""
        return next(
            found for owner in OWNERS if (found := getattr(self, owner)) is not None
        )


@tracked()
class CommentMention(models.Model):
    """A person whom a comment names."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="mention_once")
        ]

    def __str__(self) -> str:
        return str(self.user)
