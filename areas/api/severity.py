"""The public scoring endpoint: volumes in, severity out, nothing kept."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from areas.api.exact_json import FIGURE_SCHEMA, ExactJSONParser, FigureField
from areas.catalogue import (
    Catalogue,
    effects_of,
    negative_volume,
    read_catalogue,
    why_not,
)
from areas.rule_sets import published_rules
from areas.rules import (
    Denominator,
    Denominators,
    Rules,
    Severity,
    assess,
    check_volumes,
)
from areas.simulation import Unit, Work, simulate

MAX_VOLUMES = 100
FIELD_OF = {kind: kind.value for kind in Denominator} | {
    Denominator.HECTARES: "area_ha"
}
NO_VOLUMES = gettext_lazy(
    "The volumes are missing. Write one volume for each indicator code."
)
EXAMPLE = {"1a": "34", "1b": "0", "1c": "10", "2a": "0", "2b": "250"}


class ReadVolumes(NamedTuple):
    """What could be read of the volumes, and why the rest could not, by code."""

    volumes: dict[str, Decimal | None]
    errors: dict[str, list[str]]


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": FIGURE_SCHEMA,
        "example": EXAMPLE,
    }
)
class VolumesField(serializers.Field):
    """Volumes by indicator code; a blank one is read as None."""

    default_error_messages = {
        "required": NO_VOLUMES,
        "null": NO_VOLUMES,
        "invalid": gettext_lazy(
            "Write the volumes as a JSON object with one entry per indicator code."
        ),
        "too_many": gettext_lazy("There are more than 100 volumes. Write one a code."),
    }

    def to_internal_value(self, data: Any) -> ReadVolumes:
        if not isinstance(data, dict):
            self.fail("invalid")
        if len(data) > MAX_VOLUMES:
            self.fail("too_many")
        figure = FigureField(negative=True)
        volumes: dict[str, Decimal | None] = {}
        errors: dict[str, list[str]] = {}
        for code, value in data.items():
            volumes[code] = None
            if value is None or value == "":
                continue
            try:
                volumes[code] = figure.run_validation(value)
            except serializers.ValidationError as error:
                errors[code] = [str(detail) for detail in error.detail]
        for code in getattr(data, "repeated", ()):
            errors[code] = [_("%(name)s is written twice. Keep one.") % {"name": code}]
        return ReadVolumes(volumes, errors)


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": FIGURE_SCHEMA,
        "example": {"6a": "34", "tangki-septik": "12"},
    }
)
class InterventionsField(VolumesField):
    """Planned volumes by code of an indicator or of the catalogue."""

    default_error_messages = {
        "null": gettext_lazy(
            "Write the interventions as a JSON object, or leave them out."
        ),
        "invalid": gettext_lazy(
            "Write the interventions as a JSON object with one volume per code."
        ),
        "too_many": gettext_lazy("There are more than 100 interventions."),
    }


@extend_schema_field({"type": "string", "example": "permen-14-2018"})
class RuleSetField(serializers.Field):
    """The code of a published rule set, read as the rule set."""

    default_error_messages = {
        "missing": gettext_lazy("The rule set is missing. Use one of these: {codes}."),
        "unknown": gettext_lazy(
            "This rule set is not known. Use one of these: {codes}."
        ),
    }

    def run_validation(self, data: Any = serializers.empty) -> Rules:
        found = published_rules()
        codes = ", ".join(found)
        if data is serializers.empty or data is None or data == "":
            self.fail("missing", codes=codes)
        if not isinstance(data, str) or data not in found:
            self.fail("unknown", codes=codes)
        return found[data]

    def to_representation(self, value: Rules) -> str:
        return value.code


class SeverityScoreSerializer(serializers.Serializer):
    """The question: one area's denominators and volumes, all errors told at once."""

    catalogue: Catalogue = {}
    rule_set = RuleSetField()
    area_ha = FigureField()
    buildings = FigureField()
    households = FigureField()
    ideal_road_m = FigureField()
    ideal_drainage_m = FigureField()
    existing_road_m = FigureField(required=False)
    volumes = VolumesField()
    interventions = InterventionsField(
        required=False,
        help_text=(
            "What is planned: volumes by code of an indicator of the rule set, or of"
            " the catalogue of interventions. The answer then is before and after."
        ),
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values, or every error of every field and of every volume together."""
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        repeated = getattr(data, "repeated", ())
        for field in self._writable_fields:
            name = str(field.field_name)
            try:
                values[name] = field.run_validation(field.get_value(data))
            except SkipField:
                continue
            except serializers.ValidationError as error:
                errors[name] = error.detail
            if name in repeated:
                errors[name] = [
                    _("%(name)s is written twice. Keep one.") % {"name": name}
                ]
        for name, refused in self._errors_by_code(values).items():
            if refused:
                errors.setdefault(name, refused)
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _errors_by_code(self, values: dict[str, Any]) -> dict[str, Any]:
        """Refused volumes and interventions; where the rule set is not known, by the
        newest one."""
        rule_set = values.get("rule_set") or next(iter(published_rules().values()))
        self.catalogue = self._catalogue(values.get("interventions"), rule_set)
        return {
            "volumes": self._volume_errors(values, rule_set),
            "interventions": self._intervention_errors(
                values.get("interventions"), rule_set
            ),
        }

    @staticmethod
    def _volume_errors(values: dict[str, Any], rule_set: Rules) -> dict[str, list[str]]:
        read: ReadVolumes | None = values.get("volumes")
        if read is None:
            return {}
        divisors = {kind.value: values.get(FIELD_OF[kind]) for kind in Denominator}
        return check_volumes(read.volumes, divisors, rule_set) | read.errors

    @staticmethod
    def _catalogue(read: ReadVolumes | None, rule_set: Rules) -> Catalogue:
        """The catalogue, where a code is asked for that is no indicator's."""
        if read is None or read.volumes.keys() <= set(rule_set.codes):
            return {}
        return read_catalogue()

    def _intervention_errors(
        self, read: ReadVolumes | None, rule_set: Rules
    ) -> dict[str, list[str]]:
        if read is None:
            return {}
        errors = {}
        for code, volume in read.volumes.items():
            problem = why_not(code, rule_set, self.catalogue)
            if volume is None:
                problem = problem or _("The planned volume is missing. Write it, or 0.")
            elif volume < 0:
                problem = problem or negative_volume(volume)
            if problem:
                errors[code] = [problem]
        return errors | read.errors

    def result(self) -> dict[str, Any]:
        """The answer to a valid question."""
        values = self.validated_data
        divisors = {kind.value: values.get(FIELD_OF[kind]) for kind in Denominator}
        volumes, rule_set = values["volumes"].volumes, values["rule_set"]
        if "interventions" not in values:
            return assess(volumes, Denominators(**divisors), rule_set).as_dict()
        works = [
            Work(effects_of(code, rule_set, self.catalogue), volume)
            for code, volume in values["interventions"].volumes.items()
        ]
        unit = Unit(0, "", Denominators(**divisors), volumes)
        outcome = simulate([unit], works, rule_set)
        return {
            "before": outcome.before.as_dict(),
            "after": outcome.after.as_dict(),
            "contribution": f"{outcome.contribution:f}",
        }


class IndicatorScoreSerializer(serializers.Serializer):
    code = serializers.CharField()
    volume = serializers.CharField()
    denominator = serializers.CharField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    score = serializers.IntegerField()


class AspectMeanSerializer(serializers.Serializer):
    code = serializers.CharField()
    mean_percent = serializers.DecimalField(max_digits=7, decimal_places=4)


class SeverityResultSerializer(serializers.Serializer):
    """The answer, for the schema: `AssessmentResult.as_dict` writes it."""

    indicators = IndicatorScoreSerializer(many=True)
    aspects = AspectMeanSerializer(many=True)
    total = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    mean_percent = serializers.DecimalField(max_digits=7, decimal_places=4)


class SeverityChangeSerializer(serializers.Serializer):
    """The answer with interventions; `contribution` is (mean before − mean after) ÷
    mean before in percent, from unrounded means."""

    before = SeverityResultSerializer()
    after = SeverityResultSerializer()
    contribution = serializers.DecimalField(max_digits=7, decimal_places=4)


class SeverityScoreView(APIView):
    """Scores one area under a named rule set. Open to everybody; keeps nothing."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [ExactJSONParser]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "severity-scores"

    @extend_schema(
        operation_id="severity_scores_create",
        summary="Score an area's volumes under a rule set",
        request=SeverityScoreSerializer,
        responses={
            200: PolymorphicProxySerializer(
                component_name="SeverityScoreAnswer",
                serializers=[SeverityResultSerializer, SeverityChangeSerializer],
                resource_type_field_name=None,
            ),
            400: OpenApiResponse(
                OpenApiTypes.OBJECT,
                description='Every error at once: {"area_ha": ["…"], "volumes":'
                ' {"1a": ["…"]}, "interventions": {"6a": ["…"]}}.',
            ),
            413: OpenApiResponse(description="The request is larger than 64 KB."),
            429: OpenApiResponse(description="Too many requests from one address."),
        },
    )
    def post(self, request: Request) -> Response:
        question = SeverityScoreSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(question.result())
