"""Checks of decrees: their files, their review, drafts left behind, their mapping."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from areas.models import Decree, DecreeLine, LineSuccession
from areas.models.decree import DecreeQuerySet
from core.tables import Column
from dashboard.health.check import Check, CheckSeverity, Owner
from dashboard.health.columns import DECREES


def _decrees() -> DecreeQuerySet:
    return Decree.objects.select_related("region")


def _review_overdue(today: date) -> QuerySet[Any]:
    """Decrees in force whose `review_due_on` has come."""
    return _decrees().review_due(today)


def _without_file(today: date) -> QuerySet[Any]:
    return _decrees().filter(file="").exclude(status=Decree.Status.DRAFT)


def _old_drafts(today: date) -> QuerySet[Any]:
    begun = today - timedelta(days=settings.DECREE_DRAFT_DAYS)
    return _decrees().filter(status=Decree.Status.DRAFT, issued_on__lt=begun)


def _unmapped(today: date) -> QuerySet[Any]:
    """Decrees that supersede one, with a line on either side that no change names."""
    changes = LineSuccession.objects.filter(decree=OuterRef(OuterRef("pk")))
    old = DecreeLine.objects.filter(
        ~Exists(changes.filter(old_line=OuterRef("pk"))),
        decree=OuterRef("supersedes"),
    )
    new = DecreeLine.objects.filter(
        ~Exists(changes.filter(new_line=OuterRef("pk"))), decree=OuterRef("pk")
    )
    rows = _decrees().exclude(status=Decree.Status.DRAFT).exclude(supersedes=None)
    return rows.filter(Q(Exists(old)) | Q(Exists(new))).select_related("supersedes")


CHECKS = (
    Check(
        code="decree-review-overdue",
        title=_("Decree overdue for review"),
        why=_(
            "The locations have to be looked at again at least every five years"
            " (Permen PUPR 14/2018 Ps. 38)."
        ),
        todo=_("Have the areas surveyed again, and enter the new decree."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_review_overdue,
        columns=(
            *DECREES,
            Column(_("Review due on"), "review_due_on", kind="date", css="half"),
        ),
        order=("issued_on", "number"),
    ),
    Check(
        code="decree-without-file",
        title=_("Decree without file"),
        why=_("Nobody can compare the hectares with what was signed."),
        todo=_("Upload the signed decree as a PDF."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_without_file,
        columns=DECREES,
        order=("issued_on", "number"),
    ),
    Check(
        code="decree-draft-old",
        title=_("Decree still a draft long after its date"),
        why=_("A draft counts nowhere: the figures still stand on the older decree."),
        todo=_("Complete it and put it into force, or delete it."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_old_drafts,
        columns=DECREES,
        order=("issued_on", "number"),
    ),
    Check(
        code="decree-mapping-incomplete",
        title=_("Decree whose comparison with the earlier one is incomplete"),
        why=_(
            "Some lines say neither what they came from nor what became of them, so"
            " the change of hectares cannot be explained."
        ),
        todo=_("Complete the comparison line by line on the page of the decree."),
        severity=CheckSeverity.WARNING,
        owner=Owner.PROVINCE_EDITOR,
        found=_unmapped,
        columns=(
            *DECREES,
            Column(
                _("Supersedes"), "supersedes.number", "supersedes__number", css="half"
            ),
        ),
        order=("issued_on", "number"),
    ),
)
