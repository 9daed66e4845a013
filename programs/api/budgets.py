"""Endpoints of budgets, targets, sources of money, addenda and SIPD codes."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from agencies.models import Agency
from core.api import ScopedSerializer
from programs import services
from programs.api.serializers import HECTARES, RUPIAH
from programs.api.views import PartViewSet
from programs.budget_filters import (
    AddendumFilter,
    BudgetVersionFilter,
    FundingLegFilter,
    TargetFilter,
)
from programs.filters import SipdFilter
from programs.models import (
    Activity,
    BudgetVersion,
    ContractAddendum,
    FundingLeg,
    Programme,
    SipdCode,
    Target,
)


class TargetSerializer(ScopedSerializer):
    """What a version of the budget promises of one measure."""

    version = serializers.PrimaryKeyRelatedField(queryset=BudgetVersion.objects.all())
    programme = serializers.IntegerField(source="version.programme_id", read_only=True)
    value = serializers.DecimalField(**HECTARES)

    class Meta:
        model = Target
        fields = ("id", "version", "programme", "measure", "value")
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["version"].queryset = BudgetVersion.objects.visible_to(user)


class BudgetVersionSerializer(ScopedSerializer):
    """A version of a programme's budget (Rp): 1 is the murni, then each perubahan."""

    programme = serializers.PrimaryKeyRelatedField(queryset=Programme.objects.all())
    amount = serializers.DecimalField(**RUPIAH)
    targets = TargetSerializer(many=True, read_only=True)

    class Meta:
        model = BudgetVersion
        fields = (
            "id",
            "programme",
            "number",
            "kind",
            "amount",
            "decided_on",
            "document_number",
            "targets",
        )
        read_only_fields = ("number", "kind")
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["programme"].queryset = Programme.objects.visible_to(user)


class FundingLegSerializer(ScopedSerializer):
    """A source of money of an activity (Rp); `agency` reports what is spent of it."""

    activity = serializers.PrimaryKeyRelatedField(queryset=Activity.objects.all())
    agency = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.all(), required=False
    )
    amount = serializers.DecimalField(**RUPIAH)

    class Meta:
        model = FundingLeg
        fields = ("id", "activity", "fund", "directorate", "agency", "amount", "note")
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["activity"].queryset = Activity.objects.visible_to(user)


class AddendumSerializer(ScopedSerializer):
    """A change of a contract: its `value` (Rp), its end, or both."""

    activity = serializers.PrimaryKeyRelatedField(queryset=Activity.objects.all())

    class Meta:
        model = ContractAddendum
        fields = ("id", "activity", "number", "signed_on", "value", "ends_on", "note")
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["activity"].queryset = Activity.objects.visible_to(user)


class SipdCodeSerializer(serializers.ModelSerializer):
    class Meta:
        model = SipdCode
        fields = ("id", "year", "code", "name", "level", "source")


class BudgetVersionViewSet(PartViewSet):
    """Versions of budgets: murni first, then perubahan. Only the newest is removed."""

    queryset = BudgetVersion.objects.none()
    serializer_class = BudgetVersionSerializer
    filterset_class = BudgetVersionFilter
    owner = "programme"

    def get_queryset(self) -> QuerySet:
        versions = BudgetVersion.objects.visible_to(self.request.user)
        versions = versions.select_related("programme__agency")
        return versions.prefetch_related("targets").order_by("programme", "number")

    def create_record(self, **values: Any) -> BudgetVersion:
        return services.add_budget(values.pop("programme"), **values)

    def update_record(self, record: BudgetVersion, **values: Any) -> BudgetVersion:
        return services.set_budget(record, **self.kept(record, values))

    def remove_record(self, record: BudgetVersion, *, by: Any) -> None:
        services.remove_budget(record, by=by)


class TargetViewSet(PartViewSet):
    """Targets by version of the budget."""

    queryset = Target.objects.none()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    owner = "version"

    def get_queryset(self) -> QuerySet:
        targets = Target.objects.visible_to(self.request.user)
        return targets.select_related("version__programme__agency").order_by(
            "version__programme", "version__number", "measure"
        )

    def create_record(self, **values: Any) -> Target:
        return services.add_target(values.pop("version"), **values)

    def update_record(self, record: Target, **values: Any) -> Target:
        return services.set_target(record, **self.kept(record, values))

    def remove_record(self, record: Target, *, by: Any) -> None:
        services.remove_target(record, by=by)


class FundingLegViewSet(PartViewSet):
    """Sources of money of activities, each reported by one agency."""

    queryset = FundingLeg.objects.none()
    serializer_class = FundingLegSerializer
    filterset_class = FundingLegFilter
    owner = "activity"

    def get_queryset(self) -> QuerySet:
        legs = FundingLeg.objects.visible_to(self.request.user)
        legs = legs.select_related("activity__programme__agency")
        return legs.order_by("activity", "fund", "directorate", "pk")

    def create_record(self, **values: Any) -> FundingLeg:
        return services.add_funding_leg(values.pop("activity"), **values)

    def update_record(self, record: FundingLeg, **values: Any) -> FundingLeg:
        return services.set_funding_leg(record, **self.kept(record, values))

    def remove_record(self, record: FundingLeg, *, by: Any) -> None:
        services.remove_funding_leg(record, by=by)


class AddendumViewSet(PartViewSet):
    """Addenda of contracts."""

    queryset = ContractAddendum.objects.none()
    serializer_class = AddendumSerializer
    filterset_class = AddendumFilter
    owner = "activity"

    def get_queryset(self) -> QuerySet:
        addenda = ContractAddendum.objects.visible_to(self.request.user)
        addenda = addenda.select_related("activity__programme__agency")
        return addenda.order_by("activity", "signed_on", "pk")

    def create_record(self, **values: Any) -> ContractAddendum:
        return services.add_addendum(values.pop("activity"), **values)

    def update_record(self, record: ContractAddendum, **values: Any) -> Any:
        return services.set_addendum(record, **self.kept(record, values))

    def remove_record(self, record: ContractAddendum, *, by: Any) -> None:
        services.remove_addendum(record, by=by)


class SipdCodeViewSet(ReadOnlyModelViewSet):
    """The catalogue of SIPD codes by budget year."""

    queryset = SipdCode.objects.order_by("-year", "code")
    serializer_class = SipdCodeSerializer
    filterset_class = SipdFilter
