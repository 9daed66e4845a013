"""The endpoint of physical outputs: read by row, written line by line."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from programs import services
from programs.api.output_serializers import OutputSerializer, OutputsInputSerializer
from programs.api.views import cleaned
from programs.models import PhysicalOutput, ProgressReport, ReportLine
from programs.output_filters import OutputFilter


class WrittenAtOnceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet
):
    """Rows to be read; POST writes all rows of their owner and answers with them."""


class PhysicalOutputViewSet(WrittenAtOnceViewSet):
    """What report lines built, per RT and indicator.

    POST replaces all rows of one line, only while its report is open.
    """

    queryset = PhysicalOutput.objects.none()
    serializer_class = OutputSerializer
    filterset_class = OutputFilter

    def get_queryset(self) -> QuerySet:
        outputs = PhysicalOutput.objects.visible_to(self.request.user)
        return outputs.select_related("neighbourhood").order_by(
            "-line__report", "line", "neighbourhood__rt_rw", "indicator", "pk"
        )

    @extend_schema(
        request=OutputsInputSerializer, responses=OutputSerializer(many=True)
    )
    def create(self, request: Request) -> Response:
        seen = ProgressReport.objects.visible_to(request.user)
        lines = ReportLine.objects.filter(report__in=seen).select_related("report")
        sent = OutputsInputSerializer(data=request.data, context={"lines": lines})
        values = cleaned(sent)
        rows = services.set_outputs(
            values["line"], rows=values["rows"], by=request.user
        )
        return Response(OutputSerializer(rows, many=True).data)
