"""Whom a step of a report concerns, and what they are told of it."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import can, current_memberships
from agencies.models import Agency, Membership, User
from agencies.notices import in_indonesian, settle, tell
from agencies.roles import Permission, roles_with
from core import html
from programs.comments import address_of, title_of
from programs.models import Comment, LockException, ProgressReport, ReportChange

MOMENT = "%Y-%m-%dT%H:%M:%S.%f"  # as keys have it: a step may be taken twice a second


def members_with(agency: Agency, permission: Permission) -> list[User]:
    """The people who hold the permission in this agency today."""
    return list(_people(permission, agency=agency))


def _people(permission: Permission, **of: Any) -> QuerySet[User]:
    """People whose role holds the permission today, in these memberships."""
    memberships = Membership.objects.current(timezone.localdate()).filter(
        role__in=roles_with(permission), **of
    )
    people = User.objects.filter(pk__in=memberships.values("user"), is_active=True)
    return people.order_by("pk")


def _tell_office(
    report: ProgressReport, *, kind: str, key: str, text: str, but: Collection[User]
) -> None:
    """Everybody of the office who fills in its reports."""
    people = members_with(report.agency, Permission.REPORT_EDIT)
    tell(
        [user for user in people if user not in but],
        kind=kind,
        key=key,
        text=text,
        url=report.get_absolute_url(),
    )


def _words(report: ProgressReport) -> dict[str, str]:
    return {"agency": report.agency.short_name, "period": report.period.name}


def tell_returned(report: ProgressReport, *, but: Collection[User] = ()) -> None:
    """The office is told that its report came back, and until when to mend it."""
    assert report.mend_by is not None
    settle(f"submitted:{report.pk}:")
    with in_indonesian():
        words = _words(report) | {"reason": report.return_reason}
        text = _("The report of %(agency)s for %(period)s was returned: %(reason)s")
    key = f"returned:{report.pk}:{timezone.now():{MOMENT}}"
    _tell_office(report, kind="returned", key=key, text=text % words, but=but)


def tell_verified(report: ProgressReport, *, but: Collection[User] = ()) -> None:
    """The office is told that its report was verified."""
    settle(f"submitted:{report.pk}:")
    with in_indonesian():
        text = _("The report of %(agency)s for %(period)s was verified.")
    text %= _words(report)
    key = f"verified:{report.pk}"
    _tell_office(report, kind="verified", key=key, text=text, but=but)


def tell_exception(exception: LockException) -> None:
    """The office is told until when it may still report, and why."""
    report = ProgressReport.objects.filter(
        agency=exception.agency, period=exception.period
    ).first()
    page = report.get_absolute_url() if report else reverse("programs:report-list")
    with in_indonesian():
        text = _(
            "%(agency)s may still report on %(period)s until %(until)s: %(reason)s"
        ) % {
            "agency": exception.agency.short_name,
            "period": exception.period.name,
            "until": html.day(exception.until),
            "reason": exception.reason,
        }
    people = members_with(exception.agency, Permission.REPORT_EDIT)
    tell(people, kind="due", key=f"exception:{exception.pk}", text=text, url=page)


def tell_submitted(report: ProgressReport) -> None:
    """The verifiers are told that a report waits for them, at every submission.

    Nobody is reminded any more to hand it in or to mend it.
    """
    assert report.submitted_at is not None
    due = due_key(report.period_id, report.agency_id)
    settle(due, f"returned:{report.pk}:")
    with in_indonesian():
        text = _("The report of %(agency)s for %(period)s waits to be verified.")
    people = verifiers_of(report.agency)
    tell(
        [user for user in people if user != report.submitted_by],
        kind="to_verify",
        key=f"submitted:{report.pk}:{report.submitted_at:{MOMENT}}",
        text=text % _words(report),
        url=report.get_absolute_url(),
    )


def due_key(period: int, agency: int) -> str:
    """How the keys of reminders begin that one office gets of one period."""
    return f"due:{period}:{agency}:"


def holders_of(agency: Agency, permission: Permission) -> list[User]:
    """Everybody who holds the permission for this agency's records, by scope too."""
    return [
        user
        for user in _people(permission).prefetch_related("memberships__agency")
        if can(user, permission, agency=agency)
    ]


def verifiers_of(agency: Agency) -> list[User]:
    """The people who may verify this agency's reports: never its own members."""
    return [
        user
        for user in holders_of(agency, Permission.REPORT_VERIFY)
        if all(m.agency_id != agency.pk for m in current_memberships(user))
    ]


def tell_mentioned(comment: Comment, people: Collection[User]) -> None:
    """Those whom a comment names are told where it stands."""
    with in_indonesian():
        text = _("%(who)s mentioned you on %(what)s: %(text)s") % {
            "who": comment.by,
            "what": title_of(comment.owner),
            "text": comment.text,
        }
    key, url = f"mention:{comment.pk}", address_of(comment)
    tell(people, kind="mention", key=key, text=text, url=url)


def tell_change_asked(change: ReportChange) -> None:
    """The verifiers are told that a change waits for their decision."""
    with in_indonesian():
        text = _(
            "%(who)s asks to change the verified report %(report)s: %(reason)s"
        ) % {
            "who": change.asked_by,
            "report": change.report,
            "reason": change.reason,
        }
    people = [u for u in verifiers_of(change.report.agency) if u != change.asked_by]
    key, url = f"change:{change.pk}:asked", change.get_absolute_url()
    tell(people, kind="change", key=key, text=text, url=url)


def tell_change_decided(change: ReportChange) -> None:
    """Who asked and the office are told what was decided."""
    settle(f"change:{change.pk}:")
    words = {"report": change.report, "reason": change.decision_reason}
    with in_indonesian():
        if change.state == ReportChange.State.ACCEPTED:
            text = _("The change of the report %(report)s was accepted.") % words
        else:
            text = _("The change of %(report)s was refused: %(reason)s") % words
    people = members_with(change.report.agency, Permission.REPORT_EDIT)
    tell(
        [user for user in {change.asked_by, *people} if user != change.decided_by],
        kind="change",
        key=f"change-decided:{change.pk}",
        text=text,
        url=change.get_absolute_url(),
    )
