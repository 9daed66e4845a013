"""Columns of the list of areas by readiness."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import html
from core.tables import Column
from programs.readiness import Stage


def checklist_url(area: Any) -> str:
    """The area's checklist of the year that is counted."""
    url = reverse("programs:area-readiness", args=[area.pk])
    return f"{url}?year={area.readiness_year}"


def met_of(area: Any, stage: Stage) -> str:
    """`3 dari 11`."""
    met, needed = getattr(area, f"met_{stage}"), getattr(area, f"needed_{stage}")
    return _("%(met)s of %(needed)s") % {"met": met, "needed": needed}


def state_chip(area: Any) -> SafeString:
    if area.met >= area.needed:
        return html.chip(_("Ready"), "ok", "check")
    text = _("%(count)s missing") % {"count": area.needed - area.met}
    return html.chip(text, "warn", "warning")


def _stage_column(stage: Stage) -> Column:
    return Column(
        stage.label,
        lambda area: met_of(area, stage),
        f"met_{stage}",
        css="num",
    )


READINESS_COLUMNS = (
    Column(gettext_lazy("Slum area"), "name", "name", link=checklist_url),
    Column(gettext_lazy("Regency/city"), "regency.name", "regency__name"),
    *(_stage_column(stage) for stage in Stage),
    Column(gettext_lazy("State"), state_chip, "met", kind="html", css="st-cell"),
)
