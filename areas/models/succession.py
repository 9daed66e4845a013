"""What took the place of what: lines of decrees, and RT."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from areas.models.area import Neighbourhood, SlumArea
from areas.models.decree import Decree, DecreeLine
from core.constraints import choices_known
from core.tracking import tracked


class LineChange(models.TextChoices):
    """What a new decree made of a line of the one it supersedes."""

    SAME = "same", _("unchanged")
    CORRECTED = "corrected", _("area corrected")
    SPLIT = "split", _("split")
    MERGED = "merged", _("merged")
    REMOVED = "removed", _("removed")
    NEW = "new", _("new")


@tracked()
class LineSuccession(models.Model):
    """One step from a line of the superseded decree to a line of the new one.

    A split has several rows with the same old line, a merger several with the same new
    one; `removed` has no new line and `new` no old one.
    """

    Kind = LineChange

    decree = models.ForeignKey(
        Decree,
        on_delete=models.CASCADE,
        related_name="successions",
        verbose_name=_("decree"),
    )
    old_line = models.ForeignKey(
        DecreeLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="became",
        verbose_name=_("line of the old decree"),
    )
    new_line = models.ForeignKey(
        DecreeLine,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="came_from",
        verbose_name=_("line of the new decree"),
    )
    kind = models.CharField(_("what changed"), max_length=10, choices=Kind)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of a decree line")
        verbose_name_plural = _("changes of decree lines")
        ordering = ["pk"]
        constraints = [
            choices_known("kind", LineChange, name="line_succession_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="new", old_line=None, new_line__isnull=False)
                | Q(kind="removed", old_line__isnull=False, new_line=None)
                | (
                    ~Q(kind__in=["new", "removed"])
                    & Q(old_line__isnull=False, new_line__isnull=False)
                ),
                name="line_succession_sides",
            ),
            models.UniqueConstraint(
                fields=["old_line", "new_line"],
                nulls_distinct=False,
                name="line_succession_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_line_id} → {self.new_line_id}"


class UnitChange(models.TextChoices):
    RENUMBERED = "renumbered", _("renumbered")
    SPLIT = "split", _("split")
    MERGED = "merged", _("merged")


@tracked()
class NeighbourhoodSuccession(models.Model):
    """An RT that took the place of another, on which day and by which document."""

    Kind = UnitChange

    area = models.ForeignKey(
        SlumArea,
        on_delete=models.PROTECT,
        related_name="unit_successions",
        verbose_name=_("slum area"),
    )
    old = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        related_name="became",
        verbose_name=_("earlier RT"),
    )
    new = models.ForeignKey(
        Neighbourhood,
        on_delete=models.PROTECT,
        related_name="came_from",
        verbose_name=_("later RT"),
    )
    kind = models.CharField(_("what changed"), max_length=10, choices=Kind)
    effective_on = models.DateField(_("effective on"))
    document = models.CharField(_("document number"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("change of an RT")
        verbose_name_plural = _("changes of RT")
        ordering = ["effective_on", "pk"]
        constraints = [
            choices_known("kind", UnitChange, name="unit_succession_kind_known"),
            models.UniqueConstraint(fields=["old", "new"], name="unit_succession_once"),
            models.CheckConstraint(
                condition=~Q(old=F("new")), name="unit_succession_other_unit"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="unit_succession_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
