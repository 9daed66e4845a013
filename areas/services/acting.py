"""Who acts in an area, beside the authority by size (UU 23/2014, lampiran D)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from areas.models import ActingAgency, SlumArea
from areas.services.areas import locked_area
from areas.services.checks import Problems, check_and_save
from areas.standing import Standing, standing_of


@transaction.atomic
def add_acting_agency(
    area: SlumArea, *, agency: Agency, document: str, by: Any
) -> ActingAgency:
    """Let an agency act in the area, or change the letter by which it does.

    An office of another authority than the one by size needs the number of the letter
    that allows it. Its members see the area from then on.
    """
    area = locked_area(area, by)
    problems = Problems()
    document = " ".join(document.split())
    standing = standing_of(area, timezone.localdate())
    if standing.needs_letter(agency) and not document:
        problems["document"].append(_letter_missing(standing, agency))
    row = acting_row(area, agency)
    row.document = document
    check_and_save(row, problems)
    return row


@transaction.atomic
def end_acting_agency(row: ActingAgency, *, by: Any) -> None:
    """The agency no longer acts in the area; the trail keeps that it did.

    Who is to carry out another activity there comes back with it
    (`programs.services.activities`), without a letter.
    """
    locked_area(row.area, by)
    ActingAgency.objects.filter(pk=row.pk).delete()


def acting_row(area: SlumArea, agency: Agency) -> ActingAgency:
    """The row of the agency, locked, or a new one; the area is locked by the caller."""
    rows = ActingAgency.objects.select_for_update().filter(area=area, agency=agency)
    return rows.first() or ActingAgency(area=area, agency=agency)


def _letter_missing(standing: Standing, agency: Agency) -> str:
    assert standing.authority is not None
    return _(
        "By size the area is the authority of “%(authority)s”, and %(agency)s is not."
        " Enter the number of the letter by which it acts, or ask for a transfer."
    ) % {"authority": standing.authority.label, "agency": agency.short_name}
