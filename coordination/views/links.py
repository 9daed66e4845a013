"""The page of a link: one commitment for one person without an account.

It shows nothing else, and says nothing of links that do not work than why.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from coordination import services
from coordination.commitment_forms import NameForm
from coordination.commitment_pages import targets_of
from coordination.links import link_of, why_closed
from coordination.models import CommitmentLink
from coordination.models.commitment import CommitmentState
from core.errors import BusinessRuleError, WrongStateError
from core.forms import add_rule_errors

# The address is the key: it goes into no log of another site, no cache, no search.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


class LinkView(View):
    """GET shows the commitment and asks; only POST accepts."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = link_of(token)
        if link is None or why_closed(link):
            return self.closed(link)
        services.open_link(link)
        return self.page(link, NameForm(initial={"name": link.recipient}))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = link_of(token)
        if link is None or why_closed(link):
            return self.closed(link)
        form = NameForm(request.POST)
        if not form.is_valid():
            return self.page(link, form)
        try:
            commitment = services.accept_by_link(link, **form.cleaned_data)
        except WrongStateError as error:
            return self.says(str(error), status=410)
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.page(link, form)
        name = commitment.accepted_name
        text = _("Thank you, %(name)s. The commitment is accepted.") % {"name": name}
        return self.says(text, title=_("Accepted"), status=200)

    def page(self, link: CommitmentLink, form: NameForm) -> HttpResponse:
        commitment = link.commitment
        context = {
            "link": link,
            "commitment": commitment,
            "targets": targets_of(commitment),
            "areas": commitment.areas.all(),
            "is_open": commitment.state == CommitmentState.OPEN,
            "form": form,
        }
        return self.answer("coordination/link.html", context, status=200)

    def closed(self, link: CommitmentLink | None) -> HttpResponse:
        """Gone (410) where it worked once, else unknown (404)."""
        if link is None:
            text = _("This link is not known. Copy the whole address from the message.")
            return self.says(text, status=404)
        return self.says(why_closed(link), status=410)

    def says(self, text: str, *, status: int, title: str = "") -> HttpResponse:
        context = {"title": title or _("This link does not work"), "text": text}
        return self.answer("coordination/link_says.html", context, status=status)

    def answer(
        self, template: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        response = render(self.request, template, context, status=status)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response
