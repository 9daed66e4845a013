"""The menu, as data, and who is signed in: context for every page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from agencies.access import current_memberships
from core.demo import demo_present
from dashboard.tasks import count_inbox


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; `pages` are the beginnings of the URL names it stands for."""

    label: str | Promise
    url_name: str
    pages: tuple[str, ...]
    is_for: Callable[[Any], bool] | None = None

    def holds_page(self, view_name: str) -> bool:
        return view_name == self.url_name or view_name.startswith(self.pages)


def is_staff(user: Any) -> bool:
    return user.is_staff


MENU = (
    Entry(_("Home"), "dashboard:home", ("dashboard:home", "dashboard:health-")),
    Entry(
        _("Areas"),
        "areas:area-list",
        (
            "areas:area-",
            "areas:neighbourhood-",
            "areas:acting-agency",
            "programs:area-",
            "programs:unit-",
        ),
    ),
    Entry(
        _("Assessments"),
        "areas:assessment-list",
        (
            "areas:assessment-",
            "areas:published-",
            "areas:rule-set-",
            "programs:agreement-",
            "programs:simulation",
            "areas:survey-",
        ),
    ),
    Entry(_("Decrees"), "areas:decree-list", ("areas:decree-", "areas:transfer-")),
    Entry(
        _("Programmes"),
        "programs:programme-list",
        ("programs:programme-", "programs:activity-"),
    ),
    Entry(
        _("Reports"),
        "programs:report-list",
        (
            "programs:report-",
            "programs:period-",
            "programs:exception-",
            "programs:timeliness-",
            "programs:line-",
            "programs:attachment-",
        ),
    ),
    Entry(_("Rakor"), "coordination:meeting-list", ("coordination:",)),
    Entry(_("Ledger"), "areas:ledger-list", ("areas:ledger-",)),
    Entry(_("Agencies"), "agencies:agency-list", ("agencies:agency-",)),
    Entry(_("Admin"), "admin:index", ("admin:",), is_staff),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`menu`, `who`, `inbox`, `is_demo`; worked out only on a page that shows it."""
    return {
        "menu": SimpleLazyObject(lambda: menu_for(request)),
        "who": SimpleLazyObject(lambda: who_is(request)),
        "inbox": SimpleLazyObject(lambda: inbox_of(request)),
        "is_demo": SimpleLazyObject(demo_present),
    }


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries this person may open; none before signing in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    match = getattr(request, "resolver_match", None)
    view_name = match.view_name if match else ""
    return [
        {
            "label": entry.label,
            "url": url,
            "is_current": entry.holds_page(view_name),
        }
        for entry in MENU
        if (entry.is_for is None or entry.is_for(user))
        and (url := _url(entry.url_name))
    ]


def who_is(request: HttpRequest) -> dict[str, str]:
    """Name, agency and role of the person signed in; empty for nobody."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    memberships = current_memberships(user)
    first = memberships[0] if memberships else None
    return {
        "name": user.get_full_name() or user.get_username(),
        "agency": first.agency.short_name if first else "",
        "role": str(first.get_role_display()) if first else "",
        "more": str(len(memberships) - 1) if len(memberships) > 1 else "",
    }


def inbox_of(request: HttpRequest) -> list[dict[str, Any]]:
    """How many tasks and unread notices wait for the person signed in: one query."""
    match = getattr(request, "resolver_match", None)
    view_name = match.view_name if match else ""
    tasks, notices = count_inbox(request.user, timezone.localdate())
    return [
        {
            "label": label,
            "icon": icon,
            "url": url,
            "count": count,
            "is_current": view_name == name,
        }
        for label, icon, name, count in (
            (_("My tasks"), "tasks", "dashboard:tasks", tasks),
            (_("Notices"), "bell", "agencies:notice-list", notices),
        )
        if (url := _url(name))
    ]


def _url(name: str) -> str:
    """The page's address; empty while no page of that name exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
