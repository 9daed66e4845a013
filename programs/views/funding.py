"""Pages of an activity's sources of money and of the addenda of its contract."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import can
from agencies.roles import Permission
from areas.views.common import require_page
from core.numbers import format_decimal
from core.views import ServiceFormView, StepView
from programs import services
from programs.budget_forms import AddendumForm, FundingLegForm, RemoveForm
from programs.contracts import Contract, contract_of
from programs.models import Activity, ContractAddendum, FundingLeg

RELATED = ("activity__programme__agency",)


@dataclass(frozen=True, slots=True)
class FundingPart:
    """The money of an activity: its sources beside its value and its contract (Rp)."""

    legs: list[FundingLeg]
    total: Decimal
    warnings: list[str]
    contract: Contract
    addenda: list[ContractAddendum]
    may_edit: bool


def funding_part(activity: Activity, user: Any) -> FundingPart:
    """What the page of an activity says of its money."""
    legs = list(activity.funding_legs.select_related("agency"))
    addenda = list(activity.addenda.all())
    total = sum((leg.amount for leg in legs), Decimal(0))
    contract = contract_of(activity)
    office = activity.programme.agency
    return FundingPart(
        legs=legs,
        total=total,
        warnings=funding_warnings(activity, contract, total if legs else None),
        contract=contract,
        addenda=addenda,
        may_edit=can(user, Permission.PROGRAMME_EDIT, agency=office),
    )


def funding_warnings(
    activity: Activity, contract: Contract, total: Decimal | None
) -> list[str]:
    """Where sources, value and contract disagree; `total` is None without sources."""
    found = []
    value = activity.budget
    if total is not None and value is not None and total != value:
        text = _(
            "The sources come to Rp %(total)s, the activity's value is Rp %(value)s."
        )
        found.append(text % _amounts(total=total, value=value))
    most = value if total is None else total
    if contract.value is not None and most is not None and contract.value > most:
        text = (
            _("The contract of Rp %(contract)s is above the value of Rp %(most)s.")
            if total is None
            else _("The contract of Rp %(contract)s is above the sources' Rp %(most)s.")
        )
        found.append(text % _amounts(contract=contract.value, most=most))
    return found


def _amounts(**values: Decimal) -> dict[str, str]:
    return {name: format_decimal(value, None) for name, value in values.items()}


class OfActivityView(ServiceFormView):
    """A form about a part of one activity; subclasses say which part and service."""

    activity: Activity
    record: Any = None
    template_name = "programs/activity_part_form.html"
    new_title: Any
    edit_title: Any

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.find(kwargs["pk"])
        agency = self.activity.programme.agency
        require_page(request.user, Permission.PROGRAMME_EDIT, agency=agency)

    def find(self, pk: int) -> None:
        """Set `activity`, and `record` where one is changed, or answer 404."""
        activities = Activity.objects.visible_to(self.request.user)
        activities = activities.select_related("programme__agency", "agency")
        self.activity = get_object_or_404(activities, pk=pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.record}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            activity=self.activity,
            title=self.edit_title if self.record else self.new_title,
            cancel_url=self.activity.get_absolute_url(),
            **kwargs,
        )

    def get_success_url(self) -> str:
        return self.activity.get_absolute_url()

    def get_done_url(self, result: Any) -> str:
        return f"{self.get_success_url()}#dana"


class FundingCreateView(OfActivityView):
    form_class = FundingLegForm
    new_title = gettext_lazy("New source of money")
    edit_title = gettext_lazy("Change the source of money")
    done_message = gettext_lazy("The source of money is stored.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"activity": self.activity}

    def call_service(self, form: Any) -> None:
        values = form.cleaned_data
        services.add_funding_leg(self.activity, by=self.request.user, **values)


class FundingEditView(FundingCreateView):
    def find(self, pk: int) -> None:
        legs = FundingLeg.objects.visible_to(self.request.user)
        self.record = get_object_or_404(legs.select_related(*RELATED), pk=pk)
        self.activity = self.record.activity

    def call_service(self, form: Any) -> None:
        values = form.cleaned_data
        services.set_funding_leg(self.record, by=self.request.user, **values)


class AddendumCreateView(OfActivityView):
    form_class = AddendumForm
    new_title = gettext_lazy("New addendum")
    edit_title = gettext_lazy("Change the addendum")
    done_message = gettext_lazy("The addendum is stored.")

    def call_service(self, form: Any) -> None:
        services.add_addendum(self.activity, by=self.request.user, **form.cleaned_data)


class AddendumEditView(AddendumCreateView):
    def find(self, pk: int) -> None:
        addenda = ContractAddendum.objects.visible_to(self.request.user)
        self.record = get_object_or_404(addenda.select_related(*RELATED), pk=pk)
        self.activity = self.record.activity

    def call_service(self, form: Any) -> None:
        services.set_addendum(self.record, by=self.request.user, **form.cleaned_data)


class PartRemoveView(StepView):
    """Asks before a part of an activity is removed."""

    form_class = RemoveForm
    submit_label = gettext_lazy("Remove")

    def require_page(self, record: Any) -> None:
        agency = record.activity.programme.agency
        require_page(self.request.user, Permission.PROGRAMME_EDIT, agency=agency)

    def get_done_url(self, record: Any) -> str:
        return f"{record.activity.get_absolute_url()}#dana"


class FundingRemoveView(PartRemoveView):
    title = gettext_lazy("Remove the source of money")
    done_message = gettext_lazy("The source of money is removed.")

    def get_queryset(self) -> QuerySet[FundingLeg]:
        legs = FundingLeg.objects.visible_to(self.request.user)
        return legs.select_related(*RELATED)

    def take_step(self, record: FundingLeg, **values: Any) -> None:
        services.remove_funding_leg(record, by=self.request.user)


class AddendumRemoveView(PartRemoveView):
    title = gettext_lazy("Remove the addendum")
    done_message = gettext_lazy("The addendum is removed.")

    def get_queryset(self) -> QuerySet[ContractAddendum]:
        addenda = ContractAddendum.objects.visible_to(self.request.user)
        return addenda.select_related(*RELATED)

    def take_step(self, record: ContractAddendum, **values: Any) -> None:
        services.remove_addendum(record, by=self.request.user)
