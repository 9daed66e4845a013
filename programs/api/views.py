"""Endpoints of programmes, activities and reports; writes are the pages' services."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from areas.api.footprints import FootprintDetailSerializer
from areas.outlines import check_outline
from areas.services.checks import Problems
from core.errors import BusinessRuleError
from programs import services
from programs.api.report_serializers import (
    ReportDetailSerializer,
    ReportInputSerializer,
    ReportSerializer,
    ReturnSerializer,
    StartSerializer,
    VerifySerializer,
)
from programs.api.serializers import (
    ActivitySerializer,
    FootprintInputSerializer,
    ProgrammeSerializer,
    flattened,
)
from programs.calendar import with_calendar
from programs.drift import with_drift
from programs.filters import ActivityFilter, ProgrammeFilter, ReportFilter
from programs.models import Activity, Programme, ProgressReport, ReportLineUnit
from programs.services import Decision


def cleaned(serializer: Serializer) -> dict[str, Any]:
    """The values sent, or every error under its dotted path (400)."""
    if not serializer.is_valid():
        raise BusinessRuleError(errors=flattened(serializer.errors))
    return dict(serializer.validated_data)


class WrittenByService(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, ReadOnlyModelViewSet
):
    """Creating and changing go through a service; nothing is deleted here.

    `owner` is the field that a record keeps for ever; `stays` says so to who sends
    another one.
    """

    http_method_names = ["get", "post", "put", "patch", "head", "options"]
    owner = ""
    stays: Any = gettext_lazy("This stays. Make a new record instead.")

    def create_record(self, **values: Any) -> Any:
        raise NotImplementedError

    def update_record(self, record: Any, **values: Any) -> Any:
        raise NotImplementedError

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = cleaned(self.get_serializer(data=request.data))
        record = self.create_record(by=request.user, **values)
        return Response(self.shown(record), status=status.HTTP_201_CREATED)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        partial = kwargs.get("partial", False)
        record = self.get_object()
        values = cleaned(
            self.get_serializer(record, data=request.data, partial=partial)
        )
        self.update_record(record, by=request.user, **values)
        return Response(self.shown(record))

    def kept(self, record: Any, values: dict[str, Any]) -> dict[str, Any]:
        """The values without `owner`; another one than the record has is refused."""
        now = getattr(record, self.owner)
        if values.pop(self.owner, now) != now:
            raise BusinessRuleError(errors={self.owner: [str(self.stays)]})
        return values

    def shown(self, record: Any) -> Mapping[str, Any]:
        """The record as it stands now, as the list has it."""
        fresh = self.get_queryset().get(pk=record.pk)
        return self.get_serializer(fresh).data


class PartViewSet(WrittenByService):
    """Parts of a record that can be removed as well; `owner` never changes."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.remove_record(self.get_object(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def remove_record(self, record: Any, *, by: Any) -> None:
        raise NotImplementedError


class ProgrammeViewSet(WrittenByService):
    """Programmes, kegiatan and sub-kegiatan of the budget, with their SIPD codes."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter

    def get_queryset(self) -> QuerySet:
        programmes = Programme.objects.visible_to(self.request.user)
        programmes = programmes.with_sums().select_related("agency")
        return programmes.order_by("-year", "code", "pk")

    def create_record(self, **values: Any) -> Programme:
        budget = values.pop("budget_now", None)
        return services.create_programme(budget=budget, **values)

    def update_record(self, record: Programme, **values: Any) -> Programme:
        problems = Problems()
        if values.pop("agency", record.agency) != record.agency:
            problems["agency"].append(_("A programme never changes its agency."))
        now = getattr(record, "budget_now", None)
        if values.pop("budget_now", now) != now:
            problems["budget"].append(
                _("The budget stands in its versions. Add one under budget-versions.")
            )
        problems.raise_any()
        return services.update_programme(record, **values)

    @extend_schema(request=None, responses=ProgrammeSerializer)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Make a draft plan a running programme."""
        programme = services.activate_programme(self.get_object(), by=request.user)
        return Response(self.shown(programme))


class ActivityViewSet(WrittenByService):
    """Activities: the work in one area, on one indicator."""

    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    owner = "programme"
    stays = gettext_lazy("An activity never changes its programme.")
    filterset_class = ActivityFilter

    def get_queryset(self) -> QuerySet:
        activities = Activity.objects.visible_to(self.request.user)
        return (
            activities.select_related(
                "area__agency", "programme__agency", "agency", "rule_set"
            )
            .prefetch_related("neighbourhoods", "addenda")
            .order_by("-pk")
        )

    def create_record(self, **values: Any) -> Activity:
        return services.create_activity(values.pop("programme"), **values)

    def update_record(self, record: Activity, **values: Any) -> Activity:
        return services.update_activity(record, **self.kept(record, values))

    @extend_schema(
        request=FootprintInputSerializer, responses=FootprintDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def footprint(self, request: Request, pk: str) -> Response:
        """Say where the work lay, in an area without RT; replaces an earlier outline.

        Once hectares are credited for it, it stays as it is (409).
        """
        activity = self.get_object()
        values = cleaned(FootprintInputSerializer(data=request.data))
        footprint = services.set_activity_footprint(
            activity,
            outline=check_outline(values["outline"]),
            source=values["source"],
            by=request.user,
        )
        return Response(FootprintDetailSerializer(footprint).data)


class ProgressReportViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet
):
    """One office's report on one period, with its lines and its steps."""

    queryset = ProgressReport.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet:
        reports = ProgressReport.objects.visible_to(self.request.user).with_sums()
        return (
            with_drift(with_calendar(reports))
            .select_related("agency", "period")
            .order_by("-period__starts_on", "agency__short_name", "pk")
        )

    def get_serializer_class(self) -> type[BaseSerializer]:
        return ReportSerializer if self.action == "list" else ReportDetailSerializer

    @extend_schema(request=StartSerializer, responses={201: ReportDetailSerializer})
    def create(self, request: Request) -> Response:
        values = cleaned(StartSerializer(data=request.data))
        report = services.start_report(by=request.user, **values)
        return self._shown(report, status.HTTP_201_CREATED)

    @extend_schema(request=ReportInputSerializer, responses=ReportDetailSerializer)
    def update(self, request: Request, pk: str) -> Response:
        return self._saved(request, replace=True)

    @extend_schema(request=ReportInputSerializer, responses=ReportDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        return self._saved(request, replace=False)

    @extend_schema(request=None, responses=ReportDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self._shown(services.submit_report(self.get_object(), by=request.user))

    @extend_schema(request=ReturnSerializer, responses=ReportDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        report = self.get_object()
        values = cleaned(ReturnSerializer(data=request.data))
        return self._shown(services.return_report(report, by=request.user, **values))

    @extend_schema(request=VerifySerializer, responses=ReportDetailSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        report = self.get_object()
        values = cleaned(VerifySerializer(data=request.data))
        decisions = _decisions(report, values.pop("decisions", []))
        report = services.verify_report(
            report, decisions=decisions, by=request.user, **values
        )
        return self._shown(report)

    def _saved(self, request: Request, *, replace: bool) -> Response:
        report = self.get_object()
        values = cleaned(ReportInputSerializer(data=request.data))
        if replace and "lines" not in values:
            raise BusinessRuleError(
                errors={"lines": [_("Send every line, or use PATCH to change some.")]}
            )
        services.save_report_lines(
            report,
            lines=values.get("lines", []),
            note=values.get("note"),
            nil_reason=values.get("nil_reason"),
            version=values.get("version"),
            replace=replace,
            by=request.user,
        )
        return self._shown(report)

    def _shown(
        self, report: ProgressReport, code: int = status.HTTP_200_OK
    ) -> Response:
        """The report as it stands after the write."""
        fresh = self.get_queryset().get(pk=report.pk)
        return Response(self.get_serializer(fresh).data, status=code)


def _decisions(
    report: ProgressReport, sent: list[dict[str, Any]]
) -> dict[int, Decision]:
    """The decisions by unit; a key that is not one of the report's is refused."""
    known = set(
        ReportLineUnit.objects.filter(line__report=report)
        .order_by()
        .values_list("pk", flat=True)
    )
    strange = {
        f"decisions.{number}.unit": [_("This unit is not part of the report.")]
        for number, row in enumerate(sent)
        if row["unit"] not in known
    }
    if strange:
        raise BusinessRuleError(errors=strange)
    return {
        row["unit"]: Decision(row["verified"], row.get("reason", "")) for row in sent
    }
