"""Pages of the notices: what one was told, and which kinds come by mail as well."""

from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from agencies import notices
from agencies.filters import NoticeFilter
from agencies.models import Notice
from agencies.models.notice import NoticeKind, NoticeQuerySet
from core.views import FilteredListView, ServiceFormView, StepView

LIST = reverse_lazy("agencies:notice-list")


class OwnNotices(LoginRequiredMixin):
    """Nobody sees what somebody else was told."""

    request: HttpRequest

    def get_queryset(self) -> NoticeQuerySet:
        user: Any = self.request.user
        return Notice.objects.filter(user=user)


class NoticeListView(OwnNotices, FilteredListView):
    filterset_class = NoticeFilter
    columns = ()
    export_formats = ()
    default_order = ("-created_at", "-pk")
    template_name = "agencies/notice_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        choices = reverse("agencies:notice-choices")
        return super().get_context_data(
            unread=self.get_queryset().unread().count(),
            actions=[{"label": _("What comes by mail"), "url": choices}],
            **kwargs,
        )


class NoticeOpenView(OwnNotices, SingleObjectMixin, View):
    """Leads to what the notice is about; having followed it is having read it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        notice = self.get_object()
        notices.read_notices([notice], by=request.user)
        return redirect(notice.url or LIST)


class NoticeReadView(OwnNotices, StepView):
    done_message = gettext_lazy("The notice is marked as read.")

    def take_step(self, record: Notice, **values: Any) -> None:
        notices.read_notices([record], by=self.request.user)

    def get_done_url(self, record: Notice) -> str:
        return str(LIST)


class NoticeReadAllView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(LIST)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        notices.read_all_notices(by=request.user)
        return redirect(LIST)


class ChoicesForm(forms.Form):
    """One box per kind of notice: checked, it comes by mail as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[kind] = forms.BooleanField(label=kind.label, required=False)


class NoticeChoicesView(ServiceFormView):
    form_class = ChoicesForm
    template_name = "agencies/notice_choices.html"
    success_url = reverse_lazy("agencies:notice-choices")
    done_message = gettext_lazy("Your choice is kept.")

    def get_initial(self) -> dict[str, Any]:
        return dict.fromkeys(notices.mailed_kinds(self.request.user), True)

    def call_service(self, form: ChoicesForm) -> None:
        wanted = [kind for kind, is_on in form.cleaned_data.items() if is_on]
        notices.choose_mail(wanted, by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("Notices"), LIST), (_("What comes by mail"), "")]
        return super().get_context_data(crumbs=crumbs, cancel_url=LIST, **kwargs)
