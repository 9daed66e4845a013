"""Pages of the practice library: list, one practice, its form, its steps."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from agencies.access import can, holds
from agencies.roles import Permission
from areas.views.common import HoldsAnywhereMixin, action, require_page
from coordination import services
from coordination.adoption import own_pending, sessions_of, with_adoptions
from coordination.models import Commitment, Practice
from coordination.practice_filters import PracticeFilter
from coordination.practice_forms import AdoptForm, PracticeForm
from coordination.practice_steps import PUBLISH, UNPUBLISH, steps_for
from coordination.practice_tables import PRACTICE_COLUMNS, practice_chip
from coordination.practice_tags import indicator_names, pattern_names, typology_names
from coordination.views.files import files_page
from core import html
from core.views import FilteredListView, ServiceFormView, StepView

ADOPTED_SHOWN = 100
SESSIONS_SHOWN = 5


class PracticeListView(FilteredListView):
    filterset_class = PracticeFilter
    columns = PRACTICE_COLUMNS
    default_order = ("title", "pk")
    template_name = "coordination/practice_list.html"
    export_name = "praktik"

    def get_queryset(self) -> QuerySet:
        user = self.request.user
        practices = Practice.objects.visible_to(user).select_related("agency")
        return with_adoptions(practices, user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actions = []
        if holds(self.request.user, Permission.PRACTICE_EDIT):
            url = reverse("coordination:practice-create")
            actions.append(action(_("New practice"), url, "plus", primary=True))
        return super().get_context_data(actions=actions, **kwargs)


class PracticeScope(LoginRequiredMixin):
    """Practices in the person's sight; the others do not exist (404)."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        practices = Practice.objects.visible_to(self.request.user)
        return practices.select_related("agency")


class PracticeDetailView(PracticeScope, DetailView):
    template_name = "coordination/practice_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        practice, user = self.object, self.request.user
        adopted = (
            Commitment.objects.visible_to(user)
            .filter(practice=practice)
            .select_related("agency", "meeting")
        )
        may_edit = can(user, Permission.PRACTICE_EDIT, agency=practice.agency)
        return super().get_context_data(
            chips=practice_chip(practice),
            facts=_facts(practice),
            sections=_sections(practice),
            tags=_tags(practice),
            adopted=adopted[:ADOPTED_SHOWN],
            adopt_url=self._adopt_url(),
            sessions=self._sessions(),
            files_url=files_page(practice),
            files=practice.files.select_related("uploaded_by"),
            steps=_steps(practice, user) if may_edit else [],
            actions=_actions(practice, may_edit),
            crumbs=[
                (_("Practice library"), reverse("coordination:practice-list")),
                (practice.place, ""),
            ],
            **kwargs,
        )

    def _adopt_url(self) -> str:
        """Where one of the own commitments adopts it; empty where there is none."""
        if not self.object.is_published or not own_pending(self.request.user).exists():
            return ""
        return reverse("coordination:practice-adopt", args=[self.object.pk])

    def _sessions(self) -> list[dict[str, Any]]:
        """The screen of each session whose outcomes one writes, with it chosen."""
        if not self.object.is_published:
            return []
        found = []
        for meeting in sessions_of(self.request.user)[:SESSIONS_SHOWN]:
            url = reverse("coordination:meeting-screen", args=[meeting.pk])
            link = f"{url}?practice={self.object.pk}"
            found.append({"meeting": meeting, "url": link})
        return found


class PracticeFormView(ServiceFormView):
    form_class = PracticeForm
    template_name = "coordination/practice_form.html"
    done_message = gettext_lazy("The practice is stored.")
    practice: Practice | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.practice,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            practice=self.practice,
            cancel_url=self.practice.get_absolute_url()
            if self.practice
            else reverse("coordination:practice-list"),
            **kwargs,
        )


class PracticeCreateView(HoldsAnywhereMixin, PracticeFormView):
    permission = Permission.PRACTICE_EDIT

    def call_service(self, form: Any) -> Practice:
        return services.add_practice(by=self.request.user, **form.cleaned_data)


class PracticeEditView(PracticeScope, PracticeFormView):
    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.practice = get_object_or_404(self.get_queryset(), pk=kwargs["pk"])
        agency = self.practice.agency
        require_page(request.user, Permission.PRACTICE_EDIT, agency=agency)

    def call_service(self, form: Any) -> Practice:
        assert self.practice is not None
        return services.change_practice(
            self.practice, by=self.request.user, **form.cleaned_data
        )


class PracticePublishView(PracticeScope, StepView):
    done_message = gettext_lazy("The practice is offered to all agencies.")

    def take_step(self, record: Practice) -> None:
        services.publish_practice(record, by=self.request.user)


class PracticeUnpublishView(PracticeScope, StepView):
    done_message = gettext_lazy("The practice is a draft of your agency again.")

    def take_step(self, record: Practice) -> None:
        services.unpublish_practice(record, by=self.request.user)


class PracticeAdoptView(HoldsAnywhereMixin, PracticeScope, ServiceFormView):
    """One of the own pending commitments adopts the practice."""

    permission = Permission.COMMITMENT_UPDATE
    form_class = AdoptForm
    template_name = "coordination/practice_adopt.html"
    done_message = gettext_lazy("The commitment adopts this practice.")

    @cached_property
    def practice(self) -> Practice:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            practice=self.practice,
            cancel_url=self.practice.get_absolute_url(),
            **kwargs,
        )

    def call_service(self, form: Any) -> Practice:
        services.adopt_practice(
            self.practice, commitment=form.cleaned_data["commitment"], by=self.user
        )
        return self.practice


def _actions(practice: Practice, may_edit: bool) -> list[dict[str, Any]]:
    if not may_edit:
        return []
    url = reverse("coordination:practice-edit", args=[practice.pk])
    return [action(_("Edit"), url, "edit", primary=True)]


def _steps(practice: Practice, user: Any) -> list[dict[str, Any]]:
    """The step that its state leaves open, with what it does."""
    hints = {
        PUBLISH: _("All agencies then read it, and commitments can adopt it."),
        UNPUBLISH: _("Other agencies then read it no more."),
    }
    tones = {PUBLISH: "primary", UNPUBLISH: "quiet"}
    return [
        {
            "name": item.name,
            "label": item.label,
            "url": reverse(f"coordination:practice-{item.name}", args=[practice.pk]),
            "is_open": item.is_open,
            "reasons": item.reasons,
            "tone": tones[item.step],
            "hint": hints[item.step],
        }
        for item in steps_for(practice, user)
        if item.is_open
    ]


def _facts(practice: Practice) -> list[dict[str, Any]]:
    return [
        {"label": _("Place"), "value": practice.place},
        {"label": _("Year"), "value": str(practice.year or "–")},
        {
            "label": _("Cost"),
            "value": html.rupiah(practice.cost),
            "note": practice.cost_note,
        },
        {"label": _("Contact"), "value": practice.contact or "–"},
        {"label": _("Kept by"), "value": practice.agency.short_name},
        {"label": _("Source"), "value": practice.source},
    ]


def _sections(practice: Practice) -> list[tuple[str, str]]:
    """What there is to read, heading by heading; blank ones are left out."""
    parts = (
        (_("Problem"), practice.problem),
        (_("Approach"), practice.approach),
        (_("Results"), practice.results),
        (_("Conditions"), practice.conditions),
    )
    return [(heading, text) for heading, text in parts if text]


def _tags(practice: Practice) -> list[tuple[str, Iterable[str]]]:
    parts = (
        (_("Indicators"), indicator_names(practice.indicators)),
        (_("Typologies"), typology_names(practice.typologies)),
        (_("Patterns of handling"), pattern_names(practice.patterns)),
    )
    return [(heading, names) for heading, names in parts if names]
