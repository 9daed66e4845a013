"""The calendar as JSON: periods, exceptions from their closing, timeliness."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from agencies.models import Agency
from core.api import ScopedSerializer
from programs import services
from programs.api.views import WrittenByService, cleaned
from programs.calendar_filters import ExceptionFilter, PeriodFilter, TimelinessFilter
from programs.duties import agencies_seen, duties_of, with_counts
from programs.models import LockException, ProgressReport, ReportingPeriod
from programs.office_years import Board, board_of, called_periods
from programs.timeliness import PeriodState, Timing, state_of

CALENDAR = ("opens_on", "due_on", "closes_on", "is_called")
PERCENT = {"max_digits": 5, "decimal_places": 2}


class PeriodSerializer(serializers.ModelSerializer):
    """A period; `[starts_on, ends_before)` is half-open, `closes_on` null: never.

    `offices` owe a report on it, as far as you see them; of these `submitted`,
    `verified` and first submitted `in_time` are counted. `kind` and `starts_on` are
    sent for a new one, the dates of the calendar only to change them.
    """

    state = serializers.SerializerMethodField()
    offices = serializers.IntegerField(read_only=True)
    submitted = serializers.IntegerField(read_only=True)
    verified = serializers.IntegerField(read_only=True)
    in_time = serializers.IntegerField(read_only=True)

    class Meta:
        model = ReportingPeriod
        fields = (
            "id",
            "kind",
            "name",
            "starts_on",
            "ends_before",
            "opens_on",
            "due_on",
            "closes_on",
            "is_called",
            "state",
            "offices",
            "submitted",
            "verified",
            "in_time",
        )
        read_only_fields = ("name", "ends_before")
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []

    @extend_schema_field(serializers.ChoiceField(choices=PeriodState.choices))
    def get_state(self, period: ReportingPeriod) -> str:
        return state_of(period, timezone.localdate())


class NewPeriodSerializer(serializers.Serializer):
    """The rest follows from its first day; change it afterwards where needed."""

    kind = serializers.ChoiceField(choices=ReportingPeriod.Kind.choices)
    starts_on = serializers.DateField()
    is_called = serializers.BooleanField(default=True)


class PeriodCalendarSerializer(serializers.Serializer):
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    closes_on = serializers.DateField(allow_null=True)
    is_called = serializers.BooleanField()


class DutySerializer(serializers.Serializer):
    """One office and one period. `report` is null where there is none yet.

    `is_owed`: the calendar calls for it. `submitted_at` is the first submission;
    `status` is null without a report.
    """

    agency = serializers.IntegerField(source="agency.pk")
    agency_name = serializers.CharField(source="agency.short_name")
    contact = serializers.CharField(source="agency.contact")
    period = serializers.CharField(source="period.name")
    period_id = serializers.IntegerField(source="period.pk")
    report = serializers.IntegerField(source="report.pk", allow_null=True, default=None)
    status = serializers.ChoiceField(
        source="report.status",
        choices=ProgressReport.Status.choices,
        allow_null=True,
        default=None,
    )
    is_owed = serializers.BooleanField()
    is_begun = serializers.BooleanField()
    timing = serializers.ChoiceField(choices=Timing.choices)
    days_left = serializers.IntegerField(source="standing.days_left")
    days_late = serializers.IntegerField(source="standing.days_late")
    submitted_at = serializers.DateTimeField(allow_null=True)
    exception_until = serializers.DateField(
        source="exception.until", allow_null=True, default=None
    )


class OfficeShareSerializer(serializers.Serializer):
    """Of the reports that were `due`, how many came in time; percent of 0 to 100."""

    agency = serializers.IntegerField(source="agency.pk")
    agency_name = serializers.CharField(source="agency.short_name")
    in_time = serializers.IntegerField(source="share.in_time")
    due = serializers.IntegerField(source="share.due")
    percent = serializers.DecimalField(
        source="share.percent", allow_null=True, **PERCENT
    )


class TimelinessSummarySerializer(serializers.Serializer):
    in_time = serializers.IntegerField(source="share.in_time")
    due = serializers.IntegerField(source="share.due")
    percent = serializers.DecimalField(
        source="share.percent", allow_null=True, **PERCENT
    )
    offices = OfficeShareSerializer(source="rows", many=True)


class ExceptionSerializer(ScopedSerializer):
    """One office may report on a closed period to the end of `until`.

    Rows are never changed: the latest of an office and a period counts.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    agency_name = serializers.CharField(source="agency.short_name", read_only=True)
    period = serializers.SlugRelatedField(
        slug_field="name", queryset=ReportingPeriod.objects.all()
    )

    class Meta:
        model = LockException
        fields = (
            "id",
            "period",
            "agency",
            "agency_name",
            "until",
            "reason",
            "granted_by",
            "granted_at",
        )
        read_only_fields = ("granted_by", "granted_at")
        validators: list[Any] = []

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["agency"].queryset = agencies_seen(user)


class ReportingPeriodViewSet(WrittenByService):
    """Months, quarters and years on which the offices report, with their counts."""

    queryset = ReportingPeriod.objects.none()
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilter

    def get_queryset(self) -> QuerySet:
        periods = with_counts(ReportingPeriod.objects.all(), self.request.user)
        return periods.order_by("-starts_on", "kind", "pk")

    @extend_schema(request=NewPeriodSerializer, responses={201: PeriodSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = cleaned(NewPeriodSerializer(data=request.data))
        period = services.create_period(by=request.user, **values)
        return Response(self.shown(period), status=status.HTTP_201_CREATED)

    @extend_schema(request=PeriodCalendarSerializer, responses=PeriodSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Move its dates; PATCH keeps those that are not sent."""
        period = self.get_object()
        partial = kwargs.get("partial", False)
        kept = {name: getattr(period, name) for name in CALENDAR if partial}
        values = cleaned(PeriodCalendarSerializer(data=request.data, partial=partial))
        services.set_period_calendar(period, by=request.user, **kept | values)
        return Response(self.shown(period))

    @extend_schema(request=PeriodCalendarSerializer, responses=PeriodSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().partial_update(request, *args, **kwargs)

    @extend_schema(responses=DutySerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def offices(self, request: Request, pk: str) -> Response:
        """Every office with its report on this period, also those without one."""
        duties = duties_of(
            agencies_seen(request.user).order_by("short_name", "pk"),
            [self.get_object()],
            timezone.localdate(),
        )
        return Response(DutySerializer(duties, many=True).data)


class LockExceptionViewSet(mixins.CreateModelMixin, ReadOnlyModelViewSet):
    """Exceptions from the closing of a period, of the offices that you see."""

    queryset = LockException.objects.none()
    serializer_class = ExceptionSerializer
    filterset_class = ExceptionFilter

    def get_queryset(self) -> QuerySet:
        exceptions = LockException.objects.visible_to(self.request.user)
        return exceptions.select_related("agency", "period").order_by(
            "-granted_at", "-pk"
        )

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = cleaned(self.get_serializer(data=request.data))
        exception = services.grant_exception(
            values.pop("period"), by=request.user, **values
        )
        data = self.get_serializer(exception).data
        return Response(data, status=status.HTTP_201_CREATED)


class TimelinessViewSet(GenericViewSet):
    """Offices × called periods of a year (the one that runs, unless said otherwise)."""

    queryset = ReportingPeriod.objects.none()
    serializer_class = DutySerializer
    filterset_class = TimelinessFilter

    def get_queryset(self) -> QuerySet:
        return called_periods(timezone.localdate())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self._board().duties)  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(filters=True, responses=TimelinessSummarySerializer)
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How many reports came in time, in all and by office."""
        return Response(TimelinessSummarySerializer(self._board()).data)

    def _board(self) -> Board:
        """What the filter finds; an unreadable filter is refused (400)."""
        backend = DjangoFilterBackend()
        filterset = backend.get_filterset(self.request, self.get_queryset(), self)
        assert filterset is not None
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        return board_of(filterset, timezone.localdate())
