"""What several pages of this app share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from agencies.access import require, require_any
from agencies.models import Agency
from agencies.roles import Permission
from areas.models import SlumArea
from core.errors import NotAllowedError
from core.views import PreparedMixin


class HoldsAnywhereMixin(PreparedMixin):
    """Only for who holds `permission` for some agency; others get the reason (403)."""

    request: HttpRequest
    permission: Permission

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        try:
            require_any(request.user, self.permission)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error


def require_page(user: Any, permission: Permission, *, agency: Agency) -> None:
    """`require`, answered with the page that says why (403)."""
    try:
        require(user, permission, agency=agency)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error


def visible_area(request: HttpRequest, pk: int) -> Any:
    """The area with its figures of today; 404 outside the person's scope."""
    areas = SlumArea.objects.visible_to(request.user).with_figures(timezone.localdate())
    return get_object_or_404(areas.select_related("agency", "regency"), pk=pk)


def url_or_none(name: str, *args: Any) -> str:
    """The address of a page that another part of the application may not have."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def action(label: object, url: str, icon: str, *, primary: bool = False) -> dict:
    """A button of the page head."""
    return {"label": label, "url": url, "icon": icon, "primary": primary}
