"""Comments: a form that any page can hold, and the comments on an area."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from areas.views.areas import AreaPart
from core.views import ServiceFormView
from programs import services
from programs.comment_forms import CommentForm
from programs.comments import (
    PLACES,
    address_of,
    comments_on,
    in_sight_of,
    page_of,
    title_of,
)
from programs.services.comments import Said


class CommentView(ServiceFormView):
    """POST says something on a record; a refused text is asked again on this page."""

    form_class = CommentForm
    template_name = "programs/comment_form.html"

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        if kwargs["place"] not in PLACES:
            raise Http404
        records = in_sight_of(request.user, kwargs["place"])
        self.owner = get_object_or_404(records, pk=kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            owner_title=title_of(self.owner),
            comments=comments_on(self.owner),
            cancel_url=page_of(self.owner),
            **kwargs,
        )

    def call_service(self, form: Any) -> Said:
        said = services.add_comment(
            self.owner, by=self.request.user, **form.cleaned_data
        )
        tell_untold(self.request, said.untold)
        return said

    def get_done_url(self, result: Said) -> str:
        return address_of(result.comment)


class AreaCommentsView(AreaPart):
    """What people say to each other about one area."""

    template_name = "programs/area_comments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(comments=comments_on(self.area), **kwargs)


def tell_untold(request: HttpRequest, names: Sequence[str]) -> None:
    """Say whom a comment could not tell."""
    if names:
        text = _("Nobody who sees this is called %(names)s; they were not told.")
        said = ", ".join(f"@{name}" for name in names)
        messages.warning(request, text % {"names": said})
