"""Reviewing reports as JSON: marks, several at once, the minutes as PDF."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import require
from agencies.roles import Permission
from programs import services
from programs.api.report_serializers import VerifySerializer
from programs.api.serializers import HECTARES
from programs.api.views import ProgressReportViewSet, cleaned
from programs.bulk import MOST, Verified, verify_reports
from programs.models import LineMark, ProgressReport
from programs.models.review import Mark
from programs.services import MarkInput
from programs.views.minutes import pdf_response


class DecidedSerializer(serializers.Serializer):
    """Hectares that a mark gives a unit of the line, by the key of the unit."""

    unit = serializers.IntegerField()
    verified = serializers.DecimalField(**HECTARES)


class MarkInputSerializer(serializers.Serializer):
    """A mark on one line; an empty `mark` takes the old one off. `decided` belongs to
    the mark `fix`. A `comment` is said on the line, for its office to read."""

    line = serializers.IntegerField()
    mark = serializers.ChoiceField(choices=Mark.choices, allow_blank=True)
    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default=""
    )
    decided = DecidedSerializer(many=True, required=False, default=list)
    comment = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, default=""
    )


class MarksInputSerializer(serializers.Serializer):
    marks = MarkInputSerializer(many=True)


class MarkSerializer(serializers.ModelSerializer):
    """`decided` are hectares by RT (0: the area), of the mark `fix`."""

    by = serializers.CharField(source="by.username", read_only=True)
    decided = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = LineMark
        fields = ("line", "mark", "reason", "decided", "by", "at")


class MarksSerializer(serializers.Serializer):
    """`untold` are names after an @ in comments that nobody was told by."""

    marks = MarkSerializer(many=True)
    untold = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(exclude_fields=("decisions",))
class BulkVerifySerializer(VerifySerializer):
    """The reports by key, and how all of them were verified."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST,
    )
    decisions = None  # type: ignore[assignment]  # marks decide, line by line


class BulkResultSerializer(serializers.Serializer):
    """`code` is empty where the report is verified; `errors` are those of `verify`."""

    id = serializers.IntegerField()
    code = serializers.ChoiceField(
        choices=("", "wrong_state", "not_allowed", "rule_broken", "not_found")
    )
    detail = serializers.ListField(child=serializers.CharField())
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField())
    )


class ReportReviewViewSet(ProgressReportViewSet):
    """One office's report on one period, with its lines, its steps and its review."""

    @extend_schema(methods=["get"], request=None, responses=MarksSerializer)
    @extend_schema(
        methods=["post"], request=MarksInputSerializer, responses=MarksSerializer
    )
    @action(detail=True, methods=["get", "post"])
    def marks(self, request: Request, pk: str) -> Response:
        """What the verifier noted so far; the office sees it once it is returned."""
        report, untold = self.get_object(), []
        if request.method == "POST":
            given = cleaned(MarksInputSerializer(data=request.data))["marks"]
            untold = services.save_marks(
                report,
                marks={row["line"]: _mark_input(row) for row in given},
                comments={r["line"]: r["comment"] for r in given if r["comment"]},
                by=request.user,
            )
        elif report.status != ProgressReport.Status.RETURNED:
            require(request.user, Permission.REPORT_VERIFY, agency=report.agency)
        marks = LineMark.objects.filter(line__report=report).select_related("by")
        return Response(MarksSerializer({"marks": marks, "untold": untold}).data)

    @extend_schema(
        request=BulkVerifySerializer, responses=BulkResultSerializer(many=True)
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="bulk-verify",
        pagination_class=None,
        filterset_class=None,
    )
    def bulk_verify(self, request: Request) -> Response:
        """Verify each of these reports by the rules of `verify`, on its own."""
        values = cleaned(BulkVerifySerializer(data=request.data))
        keys = list(dict.fromkeys(values.pop("ids")))
        found = self.get_queryset().in_bulk(keys)
        reports = [found[key] for key in keys if key in found]
        results = verify_reports(reports, by=request.user, **values)
        by_key = {result.report.pk: _told(result) for result in results}
        return Response([by_key.get(key) or _unknown(key) for key in keys])

    @extend_schema(
        request=None, responses={(200, "application/pdf"): OpenApiTypes.BINARY}
    )
    @action(detail=True)
    def minutes(self, request: Request, pk: str) -> Any:
        """The minutes of the verification as PDF; 409 before it."""
        return pdf_response(self.get_object())


def _mark_input(row: dict[str, Any]) -> MarkInput:
    decided = {item["unit"]: item["verified"] for item in row["decided"]}
    return MarkInput(row["mark"], row["reason"], decided)


def _told(result: Verified) -> dict[str, Any]:
    return {
        "id": result.report.pk,
        "code": result.code,
        "detail": list(result.sentences),
        "errors": dict(result.errors),
    }


def _unknown(key: int) -> dict[str, Any]:
    return {"id": key, "code": "not_found", "detail": [], "errors": {}}
