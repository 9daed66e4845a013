"""The mapping of a decree's lines onto those of the decree that it supersedes."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from areas.decree_mapping import MappingRow, lines_of, mapping_problems
from areas.models import Decree, LineSuccession
from areas.services.decrees import locked_decree
from core.errors import BusinessRuleError


@transaction.atomic
def set_mapping(
    decree: Decree, rows: Sequence[MappingRow], *, by: User
) -> list[LineSuccession]:
    """Make these the mapping of the decree; all lines of both decrees, or an error.

    It says what happened and counts nowhere, so it can be put right at any time; the
    trail keeps what was said before. Errors as `mapping_problems` gives them.
    """
    decree = locked_decree(decree, by)
    if decree.supersedes is None:
        raise BusinessRuleError(
            _("The decree supersedes none, so there is nothing to map.")
        )
    old, new = lines_of(decree.supersedes), lines_of(decree)
    if errors := mapping_problems(rows, old, new):
        raise BusinessRuleError(errors=errors)
    _store(decree, rows)
    return list(decree.successions.all())


def _store(decree: Decree, rows: Sequence[MappingRow]) -> None:
    """Write what differs, so that the trail has only what was changed."""
    wanted = {row.key: row for row in rows}
    changed, gone = [], []
    for stored in decree.successions.all():
        row = wanted.pop((stored.old_line_id, stored.new_line_id), None)
        if row is None:
            gone.append(stored.pk)
        elif (stored.kind, stored.note) != (row.kind, row.note):
            stored.kind, stored.note = row.kind, row.note
            changed.append(stored)
    LineSuccession.objects.filter(pk__in=gone).delete()
    LineSuccession.objects.bulk_update(changed, ["kind", "note"])
    LineSuccession.objects.bulk_create(
        LineSuccession(
            decree=decree,
            old_line=row.old,
            new_line=row.new,
            kind=row.kind,
            note=row.note,
        )
        for row in wanted.values()
    )
