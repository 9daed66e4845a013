"""The few shared view classes. Everything domain-specific stays in the apps."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView, View
from django.views.generic.detail import SingleObjectMixin
from django_filters import FilterSet

from core import html
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.exports import Note, TooManyRowsError, check_fits, xlsx_response
from core.forms import add_rule_errors
from core.numbers import format_decimal
from core.tables import Column, csv_response, on_page

EXPORT_CHUNK = 2000
FILE_NAMES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON"}


class FilteredListView(LoginRequiredMixin, ListView):
    """A list page: filter form, sortable columns, pages, and the same rows as files.

    A subclass gives `filterset_class`, `columns`, `template_name` and a
    `get_queryset()` that is already limited to what the user may see; it may override
    `get_totals`, `get_export_meta` and `get_export_notes`. `format=` in the address
    asks for one of `export_formats`; another one than CSV and XLSX needs a method
    `export_<format>()`. A filter that cannot be read shows no rows and
    says so, because rows under a filter that does not hold would be a wrong figure.
    Context for the template: `filterset`, `filter_summary`, `columns`, `order`,
    `object_list`, `page_obj`, `totals`, `export_formats`.
    """

    filterset_class: type[FilterSet]
    columns: Sequence[Column]
    default_order: tuple[str, ...] = ("pk",)
    paginate_by = 50
    export_name = "data"
    export_formats: Sequence[str] = ("csv", "xlsx")
    filterset: FilterSet
    object_list: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        wanted = self.get_format()
        self.filterset = self.filterset_class(
            request.GET, self.get_queryset(), request=request
        )
        if not self.filterset.is_valid():
            if wanted:
                return redirect(self.get_page_url())
            self.object_list = self.filterset.queryset.none()
        else:
            self.object_list = self.ordered(self.filterset.qs)
        return self.export(wanted) if wanted else self.render_page()

    def render_page(self) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_format(self) -> str:
        """The kind of file that is asked for; empty for the page."""
        wanted = self.request.GET.get("format", "")
        return wanted if wanted in self.export_formats else ""

    @classmethod
    def export_choices(cls) -> list[tuple[str, str]]:
        """The kinds of files as (value of `format`, name)."""
        return [(name, FILE_NAMES[name]) for name in cls.export_formats]

    def get_page_url(self) -> str:
        """This very list as a page."""
        return f"{self.request.path}?{_without(self.request.GET, 'format')}"

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def get_order(self) -> str:
        """The sorting asked for, if a column allows it; else empty (the default)."""
        wanted = self.request.GET.get("sort", "")
        allowed = {column.order_by for column in self.get_columns() if column.order_by}
        return wanted if wanted.removeprefix("-") in allowed else ""

    def ordered(self, queryset: QuerySet) -> QuerySet:
        """Rows without the value come last both ways; ties always by the default."""
        order = self.get_order()
        if not order:
            return queryset.order_by(*self.default_order)
        field = F(order.removeprefix("-"))
        if order.startswith("-"):
            return queryset.order_by(field.desc(nulls_last=True), *self.default_order)
        return queryset.order_by(field.asc(nulls_last=True), *self.default_order)

    def paginate_queryset(
        self, queryset: Any, page_size: int
    ) -> tuple[Paginator, Page, Any, bool]:
        """A page beyond the end is the last page: rows may have gone meanwhile."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_totals(self, queryset: QuerySet) -> Mapping[str, Any]:
        """Sums over all filtered rows, by column name; none unless overridden."""
        return {}

    def get_export_meta(self) -> Mapping[str, str]:
        """What every row of the CSV repeats, such as the as-of date."""
        return {}

    def get_export_notes(self) -> list[Note]:
        """What the workbook says of itself: filters, meta, sums over its rows."""
        named = filter_summary(self.filterset) or [("", _("none"))]
        filters = [(f"{_('Filter')} {label}".strip(), value) for label, value in named]
        totals = self.get_totals(self.object_list)
        sums = [
            (_("Sum: %(column)s") % {"column": column.heading}, totals[column.name])
            for column in self.get_columns()
            if column.name in totals
        ]
        return [*filters, *self.get_export_meta().items(), *sums]

    def get_export_rows(self) -> Iterable[Any]:
        rows = self.object_list
        return rows.iterator(EXPORT_CHUNK) if isinstance(rows, QuerySet) else rows

    def export(self, wanted: str) -> HttpResponseBase:
        try:
            return getattr(self, f"export_{wanted}")()
        except TooManyRowsError as error:
            messages.error(self.request, str(error))
            return redirect(self.get_page_url())

    def export_csv(self) -> HttpResponseBase:
        meta = {**self.get_export_meta()}
        if named := filter_summary(self.filterset):
            texts = [f"{label}: {value}" for label, value in named]
            meta[_("Filters")] = "; ".join(texts)
        rows = self.get_export_rows()
        return csv_response(self.get_columns(), rows, self.export_name, meta)

    def export_xlsx(self) -> HttpResponseBase:
        rows = self.object_list
        check_fits(rows.count() if isinstance(rows, QuerySet) else len(rows))
        notes = self.get_export_notes()
        columns = self.get_columns()
        return xlsx_response(columns, self.get_export_rows(), self.export_name, notes)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            filterset=self.filterset,
            filter_summary=filter_summary(self.filterset),
            columns=on_page(self.get_columns()),
            order=self.get_order(),
            totals=self.get_totals(self.object_list),
            export_formats=self.export_choices(),
            **kwargs,
        )


class PreparedMixin(LoginRequiredMixin):
    """A page that first finds what it is about, for somebody who is signed in."""

    @property
    def user(self) -> Any:
        """The person signed in."""
        return self.request.user  # type: ignore[attr-defined]

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        answer = self.prepare(request, **kwargs)
        if answer is not None:
            return answer
        return super().dispatch(request, *args, **kwargs)

    def prepare(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase | None:
        """Find the record (404) and ask for the right (403), before anything else.

        An answer of its own takes the page's place.
        """
        return None


class ServiceFormMixin:
    """For form views: the form's values go to a service, its refusals onto the form.

    `call_service(form)` does the work and returns the record (or None); the answer is
    a redirect to `get_success_url()`. A wrong state is told as a message, because the
    form has become pointless.
    """

    request: HttpRequest
    done_message: str = ""

    def call_service(self, form: Any) -> Any:
        raise NotImplementedError

    def get_done_url(self, result: Any) -> str:
        if isinstance(result, Model) and hasattr(result, "get_absolute_url"):
            return result.get_absolute_url()
        return self.get_success_url()  # type: ignore[attr-defined]

    def get_wrong_state_url(self) -> str:
        """Where someone goes whose form came too late; this very address by default."""
        return self.request.path

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.call_service(form)
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(self.request, str(error))
            return redirect(self.get_wrong_state_url())
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.form_invalid(form)  # type: ignore[attr-defined]
        if self.done_message:
            messages.success(self.request, self.done_message)
        return redirect(self.get_done_url(result))


class ServiceFormView(PreparedMixin, ServiceFormMixin, FormView):
    """A page with one form whose values a service takes."""


class StepView(PreparedMixin, SingleObjectMixin, View):
    """POST takes a record one step further; a broken rule becomes a message.

    `take_step(record)` calls the service. With a `form_class` (a reason, a number)
    its values come as keyword arguments; what is typed wrong is shown again on a page
    of its own (`_components/confirm.html`), which GET shows as well. Without one, GET
    leads to the record, so that a sign-in in between does not end in an error.
    """

    done_message: str
    title: str = ""
    submit_label: str = ""
    form_class: type[BaseForm] | None = None
    template_name = "_components/confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.get_object()
        if self.form_class is None:
            return redirect(self.get_done_url(record))
        return self.ask_again(record, self.form_class())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.get_object()
        form = self.form_class(request.POST) if self.form_class else None
        if form is not None and not form.is_valid():
            return self.ask_again(record, form)
        try:
            self.take_step(record, **(form.cleaned_data if form else {}))  # type: ignore[attr-defined]
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except WrongStateError as error:
            messages.error(request, str(error))
        except BusinessRuleError as error:
            if form is not None:
                add_rule_errors(form, error)
                return self.ask_again(record, form)
            for sentence in _sentences(error):
                messages.error(request, sentence)
        else:
            messages.success(request, self.done_message)
        return redirect(self.get_done_url(record))

    def take_step(self, record: Any, **values: Any) -> None:
        raise NotImplementedError

    def get_done_url(self, record: Any) -> str:
        return record.get_absolute_url()

    def require_page(self, record: Any) -> None:
        """Refuse whoever may not take the step, before its form is shown at all."""

    def ask_again(self, record: Any, form: BaseForm) -> HttpResponse:
        self.require_page(record)
        context = {
            "object": record,
            "form": form,
            "title": self.title,
            "submit_label": self.submit_label or self.title,
            "cancel_url": self.get_done_url(record),
        }
        return render(self.request, self.template_name, context)


def filter_summary(filterset: FilterSet) -> list[tuple[str, str]]:
    """The filters in force as (label, value) texts, for a summary line or a CSV."""
    filterset.is_valid()  # fills cleaned_data with what can be read
    cleaned = getattr(filterset.form, "cleaned_data", {})
    summary = []
    for name, field in filterset.form.fields.items():
        value = cleaned.get(name)
        if value not in (None, "", [], {}) and (text := _filter_text(field, value)):
            summary.append((str(field.label or name), text))
    return summary


def _filter_text(field: Any, value: Any) -> str:
    """A filter's value in words: the choice's label, the record's name, a range."""
    if isinstance(value, slice):
        ends = [_plain(end) for end in (value.start, value.stop)]
        return " – ".join(ends)
    if isinstance(value, Model):
        return getattr(field, "label_from_instance", str)(value)
    if value == getattr(field, "null_value", None):
        return str(field.null_label)
    values = value if isinstance(value, list | tuple | QuerySet) else [value]
    choices: dict[str, str] = {}
    if hasattr(field, "choices") and not hasattr(field, "queryset"):
        choices = {str(key): str(label) for key, label in _flat(field.choices)}
    return ", ".join(choices.get(str(item), _plain(item)) for item in values)


def _plain(value: Any) -> str:
    if value is None:
        return "…"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return html.day(value)
    if isinstance(value, Decimal):
        return format_decimal(value, None)
    return str(value)


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _sentences(error: BusinessRuleError) -> list[str]:
    texts = [text for texts in error.errors.values() for text in texts]
    return texts or [str(error)]


def _without(query: QueryDict, key: str) -> str:
    rest = query.copy()
    rest.pop(key, None)
    return rest.urlencode()
