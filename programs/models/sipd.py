"""The codes of the budget (SIPD), as rows per year: regulations change them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.constraints import choices_known
from core.tracking import tracked


class SipdLevel(models.TextChoices):
    PROGRAMME = "programme", _("Programme")
    ACTIVITY = "activity", _("Kegiatan")
    SUB_ACTIVITY = "sub_activity", _("Sub-kegiatan")


class SipdCodeQuerySet(models.QuerySet["SipdCode"]):
    def above(self, code: str, year: int) -> "SipdCodeQuerySet":
        """The rows of that year that a code lies under, itself included, top first."""
        parts = code.split(".")
        begins = [".".join(parts[: n + 1]) for n in range(len(parts))]
        return self.filter(year=year, code__in=begins).order_by("code")


@tracked()
class SipdCode(models.Model):
    """A program, kegiatan or sub-kegiatan of one budget year (domain.md 5.1)."""

    Level = SipdLevel

    year = models.PositiveSmallIntegerField(_("year"))
    code = models.CharField(_("SIPD code"), max_length=40)
    name = models.CharField(_("name"), max_length=300)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    source = models.CharField(
        _("source"), max_length=200, help_text=_("The regulation or list it is from.")
    )

    objects = SipdCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("SIPD code")
        verbose_name_plural = _("SIPD codes")
        ordering = ["-year", "code"]
        constraints = [
            choices_known("level", SipdLevel, name="sipd_level_known"),
            models.UniqueConstraint(
                fields=["year", "code"],
                name="sipd_code_once_a_year",
                violation_error_message=_("This code exists in that year already."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(2000, 2100)),
                name="sipd_year_plausible",
                violation_error_message=_("The year must lie between 2000 and 2100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
