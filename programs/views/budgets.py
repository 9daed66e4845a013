"""Pages of a budget's versions: the next one, a correction, its removal."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.roles import Permission
from areas.views.common import require_page
from core.views import ServiceFormView, StepView
from programs import services
from programs.budget_forms import BudgetForm, RemoveForm
from programs.budgets import versions_of
from programs.models import BudgetVersion, Programme
from programs.views.programmes import editable_programme


class BudgetFormView(ServiceFormView):
    form_class = BudgetForm
    template_name = "programs/budget_form.html"
    done_message = gettext_lazy("The budget is stored.")
    programme: Programme
    version: BudgetVersion | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            programme=self.programme,
            title=self.get_title(),
            cancel_url=self.programme.get_absolute_url(),
            **kwargs,
        )

    def get_title(self) -> str:
        raise NotImplementedError

    def get_success_url(self) -> str:
        return self.programme.get_absolute_url()


class BudgetCreateView(BudgetFormView):
    """The murni, or the next perubahan, filled in with what held before."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.programme = editable_programme(request, kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        versions = versions_of(self.programme)
        if not versions:
            return {}
        had = {f"targets.{t.measure}": t.value for t in versions[-1].targets.all()}
        return {"amount": versions[-1].amount, **had}

    def get_title(self) -> str:
        if self.programme.budgets.exists():
            return _("Amended budget (perubahan)")
        return _("Original budget (murni)")

    def call_service(self, form: BudgetForm) -> None:
        services.add_budget(self.programme, by=self.request.user, **form.values())


class BudgetEditView(BudgetFormView):
    """A correction of what a version says."""

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        versions = BudgetVersion.objects.visible_to(request.user)
        self.version = get_object_or_404(
            versions.select_related("programme__agency"), pk=kwargs["pk"]
        )
        self.programme = self.version.programme
        agency = self.programme.agency
        require_page(request.user, Permission.PROGRAMME_EDIT, agency=agency)

    def get_title(self) -> str:
        return _("Correct “%(version)s”") % {"version": self.version}

    def call_service(self, form: BudgetForm) -> None:
        assert self.version is not None
        services.set_budget(self.version, by=self.request.user, **form.values())


class BudgetRemoveView(StepView):
    """Asks before the newest version goes with its targets."""

    form_class = RemoveForm
    title = gettext_lazy("Remove the newest version of the budget")
    submit_label = gettext_lazy("Remove")
    done_message = gettext_lazy("The version is removed.")

    def get_queryset(self) -> QuerySet[BudgetVersion]:
        versions = BudgetVersion.objects.visible_to(self.request.user)
        return versions.select_related("programme__agency")

    def require_page(self, record: BudgetVersion) -> None:
        agency = record.programme.agency
        require_page(self.request.user, Permission.PROGRAMME_EDIT, agency=agency)

    def take_step(self, record: BudgetVersion, **values: Any) -> None:
        services.remove_budget(record, by=self.request.user)

    def get_done_url(self, record: BudgetVersion) -> str:
        return record.programme.get_absolute_url()
