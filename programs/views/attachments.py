"""Pages of photos and documents, and the files themselves.

Several files are sent at once, and each stands by itself: on a weak line an hour's
photos must not be lost because one of them is no photo. The good ones are kept, the
others are named with what is wrong with each.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django.views.generic.detail import SingleObjectMixin

from areas.views.areas import AreaPart
from areas.views.common import visible_area
from core.errors import NotAllowedError, WrongStateError
from core.views import PreparedMixin, ServiceFormView, StepView
from programs import services
from programs.attachment_forms import AttachmentForm, UploadForm
from programs.attachment_pages import cards_of, file_answer, page_of
from programs.attachments import (
    WITH_OWNER,
    Owner,
    may_edit,
    report_of,
    require_edit,
)
from programs.models import Activity, Attachment, ProgressReport, ReportLine
from programs.received import Refused, receive_each
from programs.services.common import require_open
from programs.views.reports import ReportScope, crumbs_of


class FilesPage(PreparedMixin, TemplateView):
    """The files of one record; POST adds some. A subclass finds the record."""

    template_name = "programs/files.html"
    has_stages = False
    owner: Any

    def find_owner(self) -> Owner:
        """The record, if the person sees it (404)."""
        raise NotImplementedError

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.owner = self.find_owner()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_page_edit(self.owner, request.user)
        form = UploadForm(request.POST, request.FILES, has_stages=self.has_stages)
        if not form.is_valid():
            return self.page(form, [])
        try:
            count, refused = self.keep(**form.cleaned_data)
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        if count:
            text = _("%(count)s files are stored.") % {"count": count}
            messages.success(request, text)
        if refused:
            return self.page(None, refused)
        if not count:
            messages.info(request, _("These files were stored already."))
        return redirect(request.path)

    def keep(self, uploads: list[Any], **values: Any) -> tuple[int, Refused]:
        """Store what can be stored: how many are new, and what is wrong with others."""
        before = set(self.owner.attachments.values_list("pk", flat=True))

        def attach(file: Any) -> Attachment:
            return services.attach_file(
                self.owner, file=file, by=self.request.user, **values
            )

        kept, refused = receive_each(uploads, attach)
        return len({record.pk for record in kept} - before), refused

    def page(self, form: UploadForm | None, refused: Refused) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, refused=refused)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owner, user = self.owner, self.request.user
        may = may_edit(owner, user)
        form = kwargs.pop("form", None) or UploadForm(has_stages=self.has_stages)
        return super().get_context_data(**kwargs) | {
            "owner": owner,
            "groups": cards_of(owner, user, may_edit=may),
            "form": form if may else None,
            "closed": closed_because(owner, user),
        }


def closed_because(owner: Owner, user: Any) -> str:
    """Why someone of the office cannot add files now; empty for everybody else."""
    report = report_of(owner)
    if report is None:
        return ""
    try:
        require_edit(owner, user)
        require_open(report)
    except NotAllowedError:
        return ""
    except WrongStateError as error:
        return str(error)
    return ""


class LineFilesView(ReportScope, FilesPage):
    """Photos by stage, and documents, of one activity in a report."""

    has_stages = True

    def find_owner(self) -> ReportLine:
        reports = self.get_queryset()
        lines = ReportLine.objects.filter(report__in=reports).select_related(
            "report__agency", "report__period", "activity__area"
        )
        return get_object_or_404(
            lines, pk=self.kwargs["line"], report=self.kwargs["pk"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = self.owner
        context = super().get_context_data(**kwargs)
        back = line.report.get_absolute_url()
        if context["form"]:
            entry = reverse("programs:report-entry", args=[line.report_id])
            back = f"{entry}#k{line.pk}"
        return context | {
            "title": _("Photos and documents"),
            "lede": f"{line.activity}, {line.activity.area}",
            "back_url": back,
            "crumbs": crumbs_of(line.report),
        }


class ReportFilesView(ReportScope, FilesPage):
    """The report's own files, such as its covering letter, and those of its lines."""

    def find_owner(self) -> ProgressReport:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.owner
        return super().get_context_data(**kwargs) | {
            "title": _("Photos and documents"),
            "lede": str(report),
            "back_url": report.get_absolute_url(),
            "crumbs": crumbs_of(report),
        }


class ActivityFilesView(FilesPage):
    """The activity's own files, such as its contract, and those of its reports."""

    has_stages = True

    def find_owner(self) -> Activity:
        activities = Activity.objects.visible_to(self.request.user).select_related(
            "programme__agency", "agency", "area"
        )
        return get_object_or_404(activities, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        activity = self.owner
        return super().get_context_data(**kwargs) | {
            "title": _("Photos and documents"),
            "lede": str(activity),
            "back_url": activity.get_absolute_url(),
            "crumbs": [
                (_("Programmes"), reverse("programs:programme-list")),
                (activity, activity.get_absolute_url()),
            ],
        }


class AreaFilesView(FilesPage, AreaPart):
    """The documents and photos of an area, as a part of its page."""

    template_name = "programs/area_files.html"

    def find_owner(self) -> Any:
        self.area = visible_area(self.request, self.kwargs["pk"])
        return self.area

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(None, [])


class AttachmentScope(LoginRequiredMixin):
    """Files of records in the person's scope; the others do not exist (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        rows = Attachment.objects.visible_to(self.request.user)
        return rows.select_related(*WITH_OWNER, "line__report__period")


class AttachmentFileView(AttachmentScope, SingleObjectMixin, View):
    """The bytes: as served to all, as a thumbnail, or as they were sent."""

    part = "file"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_answer(request, self.get_object(), self.part)


class AttachmentEditView(AttachmentScope, ServiceFormView):
    form_class = AttachmentForm
    template_name = "programs/attachment_form.html"
    done_message = gettext_lazy("The change is stored.")
    record: Attachment

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.record = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        require_page_edit(self.record.owner, request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"record": self.record}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            record=self.record, cancel_url=page_of(self.record.owner), **kwargs
        )

    def call_service(self, form: Any) -> Attachment:
        return services.change_attachment(
            self.record, by=self.request.user, **form.cleaned_data
        )

    def get_done_url(self, result: Any) -> str:
        return page_of(self.record.owner)

    def get_wrong_state_url(self) -> str:
        return page_of(self.record.owner)


class AttachmentRemoveView(AttachmentScope, StepView):
    """Asks first: what is removed has to be sent again."""

    form_class = forms.Form
    title = gettext_lazy("Remove the file")
    done_message = gettext_lazy("The file is removed.")

    def require_page(self, record: Attachment) -> None:
        require_page_edit(record.owner, self.request.user)

    def take_step(self, record: Attachment, **values: Any) -> None:
        services.remove_attachment(record, by=self.request.user)

    def get_done_url(self, record: Attachment) -> str:
        return page_of(record.owner)


def require_page_edit(owner: Owner, user: Any) -> None:
    """`require_edit`, answered with the page that says why (403)."""
    try:
        require_edit(owner, user)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error
