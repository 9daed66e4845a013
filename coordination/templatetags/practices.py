"""What pages of areas show of practices and outreach: `{% load practices %}`."""

from typing import Any

from django import template
from django.db.models import Count, Max
from django.template import Context

from areas.models import SlumArea
from coordination.fitting import fitting_practices
from coordination.models import Outreach, OutreachArea

register = template.Library()
OFFERED = 5


@register.inclusion_tag("coordination/_area_practices.html", takes_context=True)
def area_practices(context: Context, area: SlumArea) -> dict[str, Any]:
    """The practices that fit the area best, each with why; how many more fit."""
    fits = fitting_practices(area, context["request"].user)
    return {"fits": fits[:OFFERED], "more": max(len(fits) - OFFERED, 0)}


@register.inclusion_tag("coordination/_area_outreach.html", takes_context=True)
def area_outreach(context: Context, area: SlumArea) -> dict[str, Any]:
    """How much outreach there was for the area, and when the last was."""
    links = OutreachArea.objects.filter(area=area)
    seen = Outreach.objects.visible_to(context["request"].user)
    held = seen.filter(pk__in=links.values("outreach")).order_by()
    return held.aggregate(count=Count("pk"), last=Max("held_on")) | {"area": area}
