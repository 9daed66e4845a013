"""JSON of programmes and activities: hectares and money are exact strings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.models import Agency
from areas.models import Neighbourhood, RuleSet, SlumArea
from areas.rules import HandlingPattern
from core.api import ScopedSerializer, WithSteps
from programs.contracts import contract_of
from programs.models import (
    Activity,
    Programme,
)
from programs.programme_steps import steps_for as programme_steps

HECTARES = {"max_digits": 14, "decimal_places": 6}
RUPIAH = {"max_digits": 18, "decimal_places": 2}
PERCENT = {"max_digits": 5, "decimal_places": 2}


def flattened(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested errors under the dotted paths that services use."""
    if isinstance(detail, Mapping):
        parts = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(i, Mapping) for i in detail):
        parts = [(str(number), value) for number, value in enumerate(detail)]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {path: [str(text) for text in texts]}
    found: dict[str, list[str]] = {}
    for key, value in parts:
        if value:
            found |= flattened(value, f"{path}.{key}" if path else key)
    return found


# ---- programmes and activities -------------------------------------------------


class ProgrammeSerializer(WithSteps, serializers.ModelSerializer):
    """`contracted` is the sum of its activities' values (Rp).

    `budget` (Rp) is that of the newest budget version. It is taken when the programme
    is made; later ones are `budget-versions`.
    The activities of a draft plan (`is_draft`) cannot be reported on, and no sum of
    programmes counts them; the step `activate` makes it a running programme.
    """

    agency = serializers.PrimaryKeyRelatedField(queryset=Agency.objects.all())
    budget = serializers.DecimalField(
        **RUPIAH, source="budget_now", required=False, allow_null=True
    )
    activity_count = serializers.IntegerField(read_only=True)
    contracted = serializers.DecimalField(**RUPIAH, read_only=True)
    offered = staticmethod(programme_steps)

    class Meta:
        model = Programme
        fields = (
            "id",
            "code",
            "name",
            "year",
            "agency",
            "budget",
            "fund",
            "origin",
            "is_draft",
            "is_demo",
            "activity_count",
            "contracted",
            "open_steps",
            "closed_steps",
        )
        read_only_fields = ("is_draft",)
        # Blank: the name of the code in the year's catalogue.
        extra_kwargs = {"name": {"required": False, "allow_blank": True}}
        # The service tells all problems at once, under a lock.
        validators: list[Any] = []


class ActivitySerializer(ScopedSerializer):
    """`neighbourhoods` are the RT where it works; none: the whole area.

    `contract_value_now` (Rp) and `contract_ends_now` are as the addenda have them.
    """

    programme = serializers.PrimaryKeyRelatedField(queryset=Programme.objects.all())
    agency = serializers.PrimaryKeyRelatedField(
        queryset=Agency.objects.all(), required=False
    )
    area = serializers.PrimaryKeyRelatedField(queryset=SlumArea.objects.all())
    area_name = serializers.CharField(source="area.name", read_only=True)
    neighbourhoods = serializers.PrimaryKeyRelatedField(
        queryset=Neighbourhood.objects.all(), many=True, required=False
    )
    rule_set = serializers.SlugRelatedField(
        slug_field="code",
        queryset=RuleSet.objects.published(),
        required=False,
        help_text=(
            "To which the indicator's code belongs; if left out, the one that held in"
            " the programme's year."
        ),
    )
    indicator = serializers.CharField(max_length=4)
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True)
    pattern = serializers.ChoiceField(
        choices=HandlingPattern.choices, required=False, allow_blank=True
    )
    contract_value_now = serializers.SerializerMethodField()
    contract_ends_now = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = (
            "id",
            "programme",
            "agency",
            "area",
            "area_name",
            "neighbourhoods",
            "name",
            "contract_number",
            "contractor",
            "contract_value",
            "contract_signed_on",
            "contract_ends_on",
            "handed_over_on",
            "contract_value_now",
            "contract_ends_now",
            "rule_set",
            "indicator",
            "volume",
            "unit",
            "pattern",
            "budget",
            "is_closed",
        )
        validators: list[Any] = []

    @extend_schema_field(serializers.DecimalField(**RUPIAH, allow_null=True))
    def get_contract_value_now(self, activity: Activity) -> str | None:
        value = contract_of(activity).value
        return None if value is None else f"{value:f}"

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_contract_ends_now(self, activity: Activity) -> date | None:
        return contract_of(activity).ends_on

    def limit(self, fields: dict[str, Any], user: Any) -> None:
        fields["programme"].queryset = Programme.objects.visible_to(user)
        fields["area"].queryset = SlumArea.objects.visible_to(user)
        units = fields["neighbourhoods"].child_relation
        units.queryset = Neighbourhood.objects.visible_to(user)


class FootprintInputSerializer(serializers.Serializer):
    """`outline` is a GeoJSON Polygon or MultiPolygon (WGS84), or a Feature of it."""

    outline = serializers.JSONField()
    source = serializers.CharField(max_length=300)
