"""The stateless endpoint of simulations: a plan in, what would follow out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from areas.api.severity import SeverityResultSerializer
from areas.catalogue import read_catalogue
from areas.cheapest import Answer, Option, cheapest
from areas.models import SlumArea
from areas.rules import AssessmentResult, Severity
from areas.simulation import Outcome, UnitOutcome, WorkOutcome
from areas.volume_checks import unknown
from core.errors import BusinessRuleError
from core.numbers import rounded
from programs.api.serializers import HECTARES, RUPIAH
from programs.api.views import cleaned
from programs.simulation.bases import WHOLE, Base, bases_of
from programs.simulation.plans import INTERVENTION, MEASURE, AreaPlan, Row, plan

MOST_ROWS = 200

# ---- what is sent ----------------------------------------------------------------


class SimulationRowSerializer(serializers.Serializer):
    """Either `intervention`, a code of the catalogue, or `indicator`, a code of the
    rule set. Without a neighbourhood the work is spread over the RT: first where the
    survey found most to improve."""

    intervention = serializers.CharField(required=False, max_length=40)
    indicator = serializers.CharField(required=False, max_length=4)
    neighbourhood = serializers.IntegerField(required=False, allow_null=True)
    volume = serializers.DecimalField(**HECTARES, min_value=0)
    unit_cost = serializers.DecimalField(
        **RUPIAH, min_value=0, required=False, allow_null=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("intervention" in attrs) == ("indicator" in attrs):
            raise serializers.ValidationError(
                {
                    "intervention": _(
                        "Name an intervention or an indicator, one of both."
                    )
                }
            )
        return attrs


class SimulationInputSerializer(serializers.Serializer):
    """A plan for one area. `neighbourhoods` limits where spread rows go; with
    `unit_costs` (Rp by indicator code) the cheapest way is answered as well."""

    area = serializers.IntegerField()
    neighbourhoods = serializers.ListField(
        child=serializers.IntegerField(), required=False
    )
    rows: Any = serializers.ListSerializer(
        child=SimulationRowSerializer(), max_length=MOST_ROWS
    )
    unit_costs = serializers.DictField(
        child=serializers.DecimalField(**RUPIAH, min_value=0), required=False
    )


# ---- what is answered ------------------------------------------------------------


class StandingSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=Severity.choices)


class SimulatedUnitSerializer(serializers.Serializer):
    """An RT; `neighbourhood` is null where the area was surveyed as a whole."""

    neighbourhood = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    hectares = serializers.DecimalField(**HECTARES)
    before = StandingSerializer()
    after = StandingSerializer()
    leaves_slum = serializers.BooleanField()


class ShareSerializer(serializers.Serializer):
    neighbourhood = serializers.IntegerField(allow_null=True)
    volume = serializers.DecimalField(**HECTARES)


class SimulatedRowSerializer(serializers.Serializer):
    """Where a row's volume goes; `surplus` finds nothing left to improve."""

    shares = ShareSerializer(many=True)
    surplus = serializers.DecimalField(**HECTARES)
    cost = serializers.DecimalField(**RUPIAH, allow_null=True)


class CheapestOptionSerializer(serializers.Serializer):
    """Bring an indicator below a band (percent)."""

    indicator = serializers.CharField()
    below = serializers.DecimalField(max_digits=9, decimal_places=2)
    volume = serializers.DecimalField(**HECTARES)
    points = serializers.IntegerField()
    cost = serializers.DecimalField(**RUPIAH)
    cost_per_point = serializers.DecimalField(**RUPIAH)


class RankedIndicatorSerializer(serializers.Serializer):
    indicator = serializers.CharField()
    score = serializers.IntegerField()
    unit_cost = serializers.DecimalField(**RUPIAH)
    cost_per_point = serializers.DecimalField(**RUPIAH)
    options = CheapestOptionSerializer(many=True)


class CheapestSerializer(serializers.Serializer):
    """Exact for this area. `plan` is null where the priced indicators cannot lose
    `to_lose` points; `not_considered` have no unit cost, `settled` no points."""

    bound = serializers.IntegerField()
    total = serializers.IntegerField()
    to_lose = serializers.IntegerField()
    total_after = serializers.IntegerField(allow_null=True)
    cost = serializers.DecimalField(**RUPIAH, allow_null=True)
    plan = CheapestOptionSerializer(many=True, allow_null=True)
    ranked = RankedIndicatorSerializer(many=True)
    not_considered = serializers.ListField(child=serializers.CharField())
    settled = serializers.ListField(child=serializers.CharField())


class SimulationSerializer(serializers.Serializer):
    """`contribution` in percent, from unrounded means; `hectares_leaving` of the RT
    whose own class leaves slum. `cost` sums the rows that have a unit cost, and the
    costs per hectare are null unless all have one."""

    area = serializers.IntegerField()
    assessment = serializers.IntegerField()
    surveyed_on = serializers.DateField()
    is_verified = serializers.BooleanField()
    rule_set = serializers.CharField()
    before = SeverityResultSerializer()
    after = SeverityResultSerializer()
    contribution = serializers.DecimalField(max_digits=7, decimal_places=4)
    leaves_slum = serializers.BooleanField()
    hectares = serializers.DecimalField(**HECTARES)
    hectares_leaving = serializers.DecimalField(**HECTARES)
    cost = serializers.DecimalField(**RUPIAH)
    is_cost_complete = serializers.BooleanField()
    cost_per_hectare = serializers.DecimalField(**RUPIAH, allow_null=True)
    cost_per_area_hectare = serializers.DecimalField(**RUPIAH, allow_null=True)
    units = SimulatedUnitSerializer(many=True)
    rows = SimulatedRowSerializer(many=True)
    cheapest = CheapestSerializer(allow_null=True)


class SimulationView(APIView):
    """What a plan would come to on the latest survey of an area; keeps nothing."""

    @extend_schema(
        operation_id="simulations_create",
        summary="Simulate planned works on an area",
        request=SimulationInputSerializer,
        responses={
            200: SimulationSerializer,
            400: OpenApiResponse(
                description='Every error at once: {"rows.0.volume": ["…"]}.'
            ),
        },
    )
    def post(self, request: Request) -> Response:
        values = cleaned(SimulationInputSerializer(data=request.data))
        base = _base(values["area"], request.user)
        rows = [_row(base, sent) for sent in values["rows"]]
        chosen = values.get("neighbourhoods", [])
        problems = _cost_problems(base, values.get("unit_costs", {}))
        try:
            found = plan({base.area.pk: base}, rows, read_catalogue(), chosen)[0]
        except BusinessRuleError as error:
            raise BusinessRuleError(
                errors=_renamed(error, values) | problems
            ) from error
        if problems:
            raise BusinessRuleError(errors=problems)
        return Response(_answer(found, values.get("unit_costs")))


def _base(area: int, user: Any) -> Base:
    """The survey of an area in sight; else the reason why there is none."""
    seen = SlumArea.objects.visible_to(user).select_related("regency")
    found = bases_of(list(seen.filter(pk=area)))
    if not found:
        text = _("Choose an area that your office can see and that has a whole survey.")
        raise BusinessRuleError(errors={"area": [text]})
    return found[area]


def _row(base: Base, sent: Mapping[str, Any]) -> Row:
    """The row as plans have it; an indicator's code becomes its measure."""
    if "intervention" in sent:
        work = f"{INTERVENTION}{sent['intervention']}"
    else:
        indicator = base.rules.by_code.get(sent["indicator"])
        work = f"{MEASURE}{indicator.measure if indicator else ''}"
    return Row(
        area=base.area.pk,
        work=work,
        volume=sent["volume"],
        unit_cost=sent.get("unit_cost"),
        place=sent.get("neighbourhood"),
    )


def _renamed(
    error: BusinessRuleError, values: Mapping[str, Any]
) -> dict[str, list[str]]:
    """The same errors under the names of the request."""
    found = {}
    for path, sentences in error.errors.items():
        head, number, field = path.split(".")
        if field == "work":
            sent = values["rows"][int(number)]
            field = "intervention" if "intervention" in sent else "indicator"
        found[f"{head}.{number}.{field}"] = sentences
    return found


def _cost_problems(base: Base, costs: Mapping[str, Decimal]) -> dict[str, list[str]]:
    refused = unknown(costs, base.rules)
    return {f"unit_costs.{code}": text for code, text in refused.items()}


def _answer(found: AreaPlan, costs: Mapping[str, Decimal] | None) -> dict[str, Any]:
    base = found.base
    answer = None
    if costs is not None:
        answer = cheapest(base.volumes, base.denominators, base.rules, costs)
    return {
        "area": base.area.pk,
        "assessment": base.assessment.pk,
        "surveyed_on": base.assessment.surveyed_on,
        "is_verified": base.is_verified,
        "rule_set": base.rules.code,
        **_outcome(found.outcome),
        "units": [_unit(row) for row in found.outcome.units],
        "rows": [_done(row) for row in found.outcome.works],
        "cheapest": None if answer is None else _cheapest(answer),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "before": outcome.before.as_dict(),
        "after": outcome.after.as_dict(),
        "contribution": f"{outcome.contribution:f}",
        "leaves_slum": outcome.leaves,
        "hectares": f"{outcome.hectares:f}",
        "hectares_leaving": f"{outcome.hectares_leaving:f}",
        "cost": _rupiah(outcome.cost),
        "is_cost_complete": outcome.is_priced,
        "cost_per_hectare": _rupiah(outcome.cost_per_hectare),
        "cost_per_area_hectare": _rupiah(outcome.cost_per_area_hectare),
    }


def _unit(row: UnitOutcome) -> dict[str, Any]:
    return {
        "neighbourhood": row.unit.key or None,
        "name": row.unit.name,
        "hectares": f"{row.unit.denominators.hectares:f}",
        "before": _standing(row.before),
        "after": _standing(row.after),
        "leaves_slum": row.leaves,
    }


def _standing(result: AssessmentResult) -> dict[str, Any]:
    return {"total": result.total, "severity": result.severity.value}


def _done(row: WorkOutcome) -> dict[str, Any]:
    return {
        "shares": [
            {"neighbourhood": None if key == WHOLE else key, "volume": f"{share:f}"}
            for key, share in row.shares.items()
        ],
        "surplus": f"{row.surplus:f}",
        "cost": _rupiah(row.work.cost),
    }


def _cheapest(answer: Answer) -> dict[str, Any]:
    return {
        "bound": answer.bound,
        "total": answer.total,
        "to_lose": answer.to_lose,
        "total_after": answer.total_after,
        "cost": _rupiah(answer.cost),
        "plan": None if answer.plan is None else [_option(o) for o in answer.plan],
        "ranked": [
            {
                "indicator": row.code,
                "score": row.score,
                "unit_cost": _rupiah(row.unit_cost),
                "cost_per_point": _option(row.best)["cost_per_point"],
                "options": [_option(option) for option in row.options],
            }
            for row in answer.ranked
        ],
        "not_considered": list(answer.unpriced),
        "settled": list(answer.settled),
    }


def _option(option: Option) -> dict[str, Any]:
    per_point = option.cost_per_point
    return {
        "indicator": option.code,
        "below": f"{option.below:f}",
        "volume": f"{option.volume:f}",
        "points": option.points,
        "cost": _rupiah(option.cost),
        "cost_per_point": _rupiah(Decimal(per_point.numerator) / per_point.denominator),
    }


def _rupiah(value: Decimal | None) -> str | None:
    return None if value is None else f"{rounded(value, RUPIAH['decimal_places']):f}"
