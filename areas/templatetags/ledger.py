"""The tables of an area's ledger; load with `{% load ledger %}`."""

from django import template

from areas.ledger_tables import ledger_parts

register = template.Library()
register.simple_tag(ledger_parts)
