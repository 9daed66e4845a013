"""Decrees as JSON, their step, and how one came out of the one before."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from areas import services
from areas.api.serializers import HECTARES, DetailMixin
from areas.authority import authorities_of
from areas.decree_comparison import comparable, compare, visible_lines
from areas.decree_workflow import steps_for
from areas.filters import DecreeFilter
from areas.models import Decree, DecreeLine
from areas.models.succession import LineChange
from areas.rules import Authority
from core.api import WithSteps


class DecreeLineSerializer(serializers.ModelSerializer):
    """`hectares` are those that count now; `printed_hectares` the decree's own."""

    area_name = serializers.CharField(source="area.name", read_only=True)
    hectares = serializers.DecimalField(source="hectares_now", **HECTARES)
    printed_hectares = serializers.DecimalField(source="hectares", **HECTARES)
    authority = serializers.SerializerMethodField()

    class Meta:
        model = DecreeLine
        fields = (
            "id",
            "area",
            "area_name",
            "village",
            "hectares",
            "printed_hectares",
            "authority",
        )

    @extend_schema_field(serializers.ChoiceField(choices=Authority.choices))
    def get_authority(self, line: DecreeLine) -> str:
        return self.context["authorities"][line.pk].value


class DecreeSerializer(serializers.ModelSerializer):
    """`area_count` and `hectares` are those of the whole decree; `lines` (of one
    decree) are the areas that you may see. `hectares` has the area corrections,
    `printed_hectares` is without them. Drafts are seen by who may edit them."""

    area_count = serializers.IntegerField(read_only=True)
    hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    printed_hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    review_due_on = serializers.DateField(read_only=True)
    file_url = serializers.SerializerMethodField()

    class Meta:
        model = Decree
        fields: tuple[str, ...] = (
            "id",
            "number",
            "title",
            "level",
            "region",
            "scope",
            "counting_unit",
            "status",
            "supersedes",
            "issued_on",
            "in_force_from",
            "in_force_until",
            "review_due_on",
            "file_url",
            "file_name",
            "file_sha256",
            "area_count",
            "hectares",
            "printed_hectares",
        )

    def get_file_url(self, decree: Decree) -> str | None:
        """Where the PDF is fetched, signed in; null where there is none."""
        if not decree.file:
            return None
        return reverse("areas:decree-file", args=[decree.pk])


class DecreeDetailSerializer(WithSteps, DecreeSerializer):
    """With the lines, and the steps: `closed_steps` says why one is closed."""

    lines = serializers.SerializerMethodField()
    offered = staticmethod(steps_for)

    class Meta(DecreeSerializer.Meta):
        fields = (*DecreeSerializer.Meta.fields, "lines", "open_steps", "closed_steps")

    @extend_schema_field(DecreeLineSerializer(many=True))
    def get_lines(self, decree: Decree) -> Any:
        user = self.context["request"].user
        lines = list(
            DecreeLine.objects.visible_to(user)
            .filter(decree=decree)
            .select_related("area", "decree", "sum")
        )
        context = {"authorities": authorities_of(lines)}
        return DecreeLineSerializer(lines, many=True, context=context).data


class KindTotalSerializer(serializers.Serializer):
    """All changes of one kind; the differences lead from the old total to the new."""

    kind = serializers.ChoiceField(choices=LineChange.choices)
    old_lines = serializers.IntegerField()
    new_lines = serializers.IntegerField()
    old_hectares = serializers.DecimalField(**HECTARES)
    new_hectares = serializers.DecimalField(**HECTARES)
    difference = serializers.DecimalField(**HECTARES)


class ComparedLineSerializer(serializers.Serializer):
    """Hectares are null where an earlier row of the same change has them."""

    kind = serializers.ChoiceField(choices=LineChange.choices)
    note = serializers.CharField()
    old_line = serializers.IntegerField(source="old.pk", default=None)
    old_area = serializers.IntegerField(source="old.area_id", default=None)
    old_area_name = serializers.CharField(source="old.area.name", default=None)
    old_hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    new_line = serializers.IntegerField(source="new.pk", default=None)
    new_area = serializers.IntegerField(source="new.area_id", default=None)
    new_area_name = serializers.CharField(source="new.area.name", default=None)
    new_hectares = serializers.DecimalField(**HECTARES, allow_null=True)
    difference = serializers.DecimalField(**HECTARES, allow_null=True)


class ComparisonSerializer(serializers.Serializer):
    """A decree beside the one it supersedes. A new decree is a new baseline: each
    holds for its own days, and no line is drawn across the two. Totals are those of
    the whole decrees, `lines` are about the areas that you may see. `is_confirmed` is
    false where (part of) the mapping is only what the areas themselves say."""

    old = serializers.IntegerField(source="old.pk")
    new = serializers.IntegerField(source="new.pk")
    is_confirmed = serializers.BooleanField()
    old_hectares = serializers.DecimalField(**HECTARES)
    new_hectares = serializers.DecimalField(**HECTARES)
    difference = serializers.DecimalField(**HECTARES)
    kinds = KindTotalSerializer(many=True)
    lines = ComparedLineSerializer(many=True)


class DecreeViewSet(DetailMixin, ReadOnlyModelViewSet):
    """Decrees; `enact` puts a draft into force, `comparison` sets it beside the old."""

    queryset = Decree.objects.none()
    serializer_class = DecreeSerializer
    detail_serializer_class = DecreeDetailSerializer
    filterset_class = DecreeFilter

    def get_queryset(self) -> QuerySet:
        decrees = Decree.objects.visible_to(self.request.user).with_totals()
        if self.action != "list":
            decrees = decrees.select_related("region", "supersedes")
        return decrees.order_by("-issued_on", "number")

    @extend_schema(
        summary="Put a draft into force", request=None, responses=DecreeDetailSerializer
    )
    @action(detail=True, methods=["post"])
    def enact(self, request: Request, pk: str | None = None) -> Response:
        decree = services.enact_decree(self.get_object(), by=request.user)
        found = self.get_queryset().get(pk=decree.pk)
        return Response(self.get_serializer(found).data)

    @extend_schema(
        summary="Line by line beside the decree that it supersedes",
        responses=ComparisonSerializer,
    )
    @action(detail=True)
    def comparison(self, request: Request, pk: str | None = None) -> Response:
        decree = self.get_object()
        found = compare(decree) if comparable(decree, request.user) else None
        if found is None:
            raise Http404(_("The decree supersedes none that you see."))
        shown = ComparisonSerializer(found).data
        lines = visible_lines(found, request.user)
        return Response(
            shown | {"lines": ComparedLineSerializer(lines, many=True).data}
        )
