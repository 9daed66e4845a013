"""Constraints that several models need."""

from django.db.models import CheckConstraint, Q


def filled_together(*fields: str, name: str) -> CheckConstraint:
    """All of `fields` are null, or none is: who, when and why never part company."""
    none_set = Q(**{f"{field}__isnull": True for field in fields})
    all_set = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(condition=none_set | all_set, name=name)


def choices_known(
    field: str, choices: type, *, name: str, blank: bool = False
) -> CheckConstraint:
    """The database refuses a value that is no choice (nor, if said, blank)."""
    known = list(choices.values)  # type: ignore[attr-defined]
    return CheckConstraint(
        condition=Q(**{f"{field}__in": ["", *known] if blank else known}), name=name
    )
