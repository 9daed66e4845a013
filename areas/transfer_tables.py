"""Columns of requests to transfer areas, on the page and in the CSV."""

from collections.abc import Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from areas.models import AuthorityTransfer
from core import html
from core.tables import Column

Status = AuthorityTransfer.Status
TONES: Mapping[str, tuple[str, str]] = {
    Status.ASKED: ("info", "send"),
    Status.ACCEPTED: ("ok", "check"),
    Status.REFUSED: ("off", "return"),
}


def status_chip(transfer: AuthorityTransfer) -> SafeString:
    tone, icon = TONES[transfer.status]
    return html.chip(transfer.get_status_display(), tone, icon)


TRANSFER_COLUMNS = (
    Column(gettext_lazy("No."), str, "pk", link=True, css="half", export="pk"),
    Column(
        gettext_lazy("Status"),
        status_chip,
        "status",
        "html",
        css="half st-cell",
        export="get_status_display",
    ),
    Column(
        gettext_lazy("Area"),
        "area.name",
        "area__name",
        note="area.regency.name",
        full=True,
    ),
    Column(
        gettext_lazy("Authority by size"),
        "get_authority_display",
        "authority",
        full=True,
    ),
    Column(
        gettext_lazy("Asked agency"), "to_agency.name", "to_agency__name", full=True
    ),
    Column(gettext_lazy("Letter"), "letter_number", full=True),
    Column(
        gettext_lazy("Date of the letter"),
        "letter_on",
        "letter_on",
        "date",
        css="half",
    ),
    Column(
        gettext_lazy("Date of the answer"),
        "answer_on",
        "answer_on",
        "date",
        css="half",
        note="answer_number",
    ),
    Column(gettext_lazy("Reason"), "reason", only="csv"),
    Column(gettext_lazy("Number of the answer"), "answer_number", only="csv"),
    Column(gettext_lazy("Note"), "answer_note", only="csv"),
    Column(gettext_lazy("Asked by"), "asked_by", only="csv"),
    Column(gettext_lazy("Answered by"), "answered_by", only="csv"),
    Column(gettext_lazy("Regency/city"), "area.regency.name", only="csv"),
)
