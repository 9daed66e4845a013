"""Files of the coordination: a page per record, and the files themselves."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django.views.generic.detail import SingleObjectMixin

from coordination.files import (
    PLACES,
    Owner,
    in_sight_of,
    is_closed,
    may_add,
    may_remove,
    page_of,
    place_of,
    require_add,
    require_remove,
    title_of,
)
from coordination.models import File
from coordination.models.file import OWNERS, FileKind
from coordination.services.files import attach_file, remove_file
from core.errors import NotAllowedError, WrongStateError
from core.served_files import served
from core.views import PreparedMixin, StepView
from programs.attachment_forms import UploadForm
from programs.received import Refused, receive_each


def files_page(owner: Owner) -> str:
    """The page with the record's files."""
    return reverse("coordination:files", args=[place_of(owner), owner.pk])


class FilesView(PreparedMixin, TemplateView):
    """The files of one record; POST adds some. Each of several stands by itself."""

    template_name = "coordination/files.html"
    owner: Any

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        if kwargs["place"] not in PLACES:
            raise Http404
        rows = in_sight_of(request.user, kwargs["place"])
        self.owner = get_object_or_404(rows, pk=kwargs["pk"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_page(require_add, self.owner, request.user)
        form = upload_form(request)
        if not form.is_valid():
            return self.page(form, [])
        known = set(self.owner.files.values_list("pk", flat=True))

        def attach(file: Any) -> File:
            caption = form.cleaned_data["caption"]
            return attach_file(self.owner, file=file, caption=caption, by=request.user)

        try:
            kept, refused = receive_each(form.cleaned_data["uploads"], attach)
        except WrongStateError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        count = len({record.pk for record in kept} - known)
        if count:
            text = _("%(count)s files are stored.") % {"count": count}
            messages.success(request, text)
        if refused:
            return self.page(None, refused)
        if not count:
            messages.info(request, _("These files were stored already."))
        return redirect(request.path)

    def page(self, form: UploadForm | None, refused: Refused) -> HttpResponse:
        context = self.get_context_data(form=form, refused=refused)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or upload_form()
        user = self.request.user
        files = list(self.owner.files.select_related("uploaded_by"))
        return super().get_context_data(**kwargs) | {
            "title": _("Photos and documents"),
            "lede": title_of(self.owner),
            "crumbs": [(title_of(self.owner), page_of(self.owner))],
            "back_url": page_of(self.owner),
            "photos": [f for f in files if f.kind == FileKind.PHOTO],
            "documents": [f for f in files if f.kind == FileKind.DOCUMENT],
            "may_edit": may_remove(self.owner, user),
            "form": form if may_add(self.owner, user) else None,
            "is_closed": is_closed(self.owner),
        }


def upload_form(request: HttpRequest | None = None) -> UploadForm:
    """Files with a caption; the date and stage of works are not asked here."""
    sent = (request.POST, request.FILES) if request else ()
    form = UploadForm(*sent, has_stages=False)
    del form.fields["dated_on"]
    return form


class FileScope(LoginRequiredMixin):
    """Files of records in the person's scope; the others do not exist (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        rows = File.objects.visible_to(self.request.user)
        return rows.select_related(*OWNERS)


class FileView(FileScope, SingleObjectMixin, View):
    """The bytes, whole or as a thumbnail."""

    part = "file"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_answer(request, self.get_object(), self.part)


def file_answer(request: HttpRequest, record: File, part: str) -> HttpResponseBase:
    """The bytes of `file` or `thumbnail`; page and API answer alike."""
    is_document = record.kind == FileKind.DOCUMENT
    stored = getattr(record, part)
    return served(request, stored, name=record.name, as_attachment=is_document)


class FileRemoveView(FileScope, StepView):
    """Asks first: what is removed has to be sent again."""

    form_class = forms.Form
    title = gettext_lazy("Remove the file")
    done_message = gettext_lazy("The file is removed.")

    def require_page(self, record: File) -> None:
        require_page(require_remove, record.owner, self.request.user)

    def take_step(self, record: File, **values: Any) -> None:
        remove_file(record, by=self.request.user)

    def get_done_url(self, record: File) -> str:
        return files_page(record.owner)


def require_page(
    required: Callable[[Owner, Any], None], owner: Owner, user: Any
) -> None:
    """`require_add` or `require_remove`, answered with the page that says why (403)."""
    try:
        required(owner, user)
    except (NotAllowedError, WrongStateError) as error:
        raise PermissionDenied(str(error)) from error
