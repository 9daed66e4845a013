"""The forms of a simulation: its rows, the costs per indicator, the draft programme.

Nothing is required while a plan is typed; what is missing is told on computing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import agencies_for
from agencies.models import Agency, User
from agencies.roles import Permission
from areas.catalogue import Catalogue, measures_of
from areas.models import SlumArea
from areas.rules import Indicator, Rules
from core.forms import LocalDecimalField, RupiahField
from programs.models import Fund
from programs.simulation.bases import WHOLE, Base
from programs.simulation.plans import INTERVENTION, MEASURE, Row

NEW_ROWS, MORE_ROWS, MAX_ROWS = 3, 3, 60
FIELDS = ("work", "place", "volume", "unit_cost")
Typed = dict[str, str]


class AreasField(forms.ModelMultipleChoiceField):
    """Areas as check boxes, each with its regency."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.regency.name}"


class AreasForm(forms.Form):
    """Which areas the simulation is about."""

    area = AreasField(SlumArea.objects.none(), label=gettext_lazy("Slum areas"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        seen = SlumArea.objects.visible_to(user).select_related("regency")
        area.queryset = seen.order_by("regency", "name")


class RowForm(forms.Form):
    """One work of the plan; a row without anything typed is none."""

    work = forms.ChoiceField(label=gettext_lazy("Work"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    volume = LocalDecimalField(
        label=gettext_lazy("Volume"), required=False, min_value=0
    )
    unit_cost = RupiahField(
        label=gettext_lazy("Cost per unit (Rp)"), required=False, min_value=0
    )

    def __init__(self, *args: Any, works: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("work", works), ("place", places)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_blank:
            return cleaned
        if not cleaned.get("work") and "work" not in self.errors:
            self.add_error("work", _("Choose a work of the catalogue or an indicator."))
        if cleaned.get("volume") is None and "volume" not in self.errors:
            self.add_error("volume", _("Fill in the volume; write 0 if there is none."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        return not any(self.data.get(self.add_prefix(name)) for name in TYPED)

    @property
    def row(self) -> Row:
        """The row of a valid form that is not blank."""
        cleaned = self.cleaned_data
        area, place = cleaned["place"].split(":")
        return Row(
            area=int(area),
            work=cleaned["work"],
            volume=cleaned["volume"],
            unit_cost=cleaned["unit_cost"],
            place=int(place) if place else None,
        )


# A row always has a place chosen, so only these tell whether something was typed.
TYPED = ("work", "volume", "unit_cost")


class CostsForm(forms.Form):
    """Rupiah per unit of volume, by measure, and what may be spent together."""

    prefix = "cost"

    def __init__(
        self, *args: Any, indicators: Sequence[Indicator], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for row in indicators:
            self.fields[row.measure] = RupiahField(
                label=f"{row.code} {row.short_name} (Rp/{row.unit})",
                required=False,
                min_value=0,
            )
        self.fields["budget"] = RupiahField(
            label=gettext_lazy("Budget (Rp)"),
            required=False,
            min_value=0,
            help_text=gettext_lazy(
                "Empty: no limit. Only for the order of several areas."
            ),
        )


class DraftForm(forms.Form):
    """What the draft programme is called, and whose it is."""

    prefix = "draft"

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=gettext_lazy("Agency"), empty_label=None
    )
    code = forms.CharField(label=capfirst(gettext_lazy("SIPD code")), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=2000, max_value=2100
    )
    fund = forms.ChoiceField(
        label=gettext_lazy("Source of funds"), choices=Fund.choices
    )

    def __init__(
        self, *args: Any, user: User, offices: Sequence[Agency], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(pk__in=[a.pk for a in offices])
        own = [m.agency_id for m in user.memberships.all()]
        agency.initial = next((a for a in offices if a.pk in own), None)
        self.fields["year"].initial = timezone.localdate().year
        self.fields["fund"].initial = Fund.APBD_REGENCY


def draft_offices(user: User) -> list[Agency]:
    """The agencies for which the person may make a programme."""
    return agencies_for(user, Permission.PROGRAMME_EDIT)


# ---- rows as they were typed -----------------------------------------------------


def typed_rows(data: Mapping[str, str]) -> list[Typed]:
    """The rows of a posted page as texts, blank ones included."""
    count = data.get("rows", "")
    number = min(int(count), MAX_ROWS) if count.isascii() and count.isdigit() else 0
    return [
        {name: data.get(f"k{n}-{name}", "") for name in FIELDS} for n in range(number)
    ]


def has_content(typed: Typed) -> bool:
    return any(typed.get(name) for name in TYPED)


def with_blank_rows(rows: Sequence[Typed], more: int) -> list[Typed]:
    return [*rows, *({} for _row in range(more))][:MAX_ROWS]


def chosen_rt(values: Collection[str]) -> frozenset[int]:
    """The keys of the RT that are ticked."""
    return frozenset(int(v) for v in values if v.isascii() and v.isdigit())


# ---- what may be chosen ----------------------------------------------------------


def work_choices(bases: Sequence[Base], catalogue: Catalogue) -> list[Any]:
    """The catalogue by aspect, as far as a rule set of the bases asks for it; last the
    indicators themselves."""
    rule_sets = {base.rules.code: base.rules for base in bases}
    groups: dict[str, list[tuple[str, str]]] = {}
    direct: dict[str, str] = {}
    placed: set[str] = set()
    for rules in rule_sets.values():
        for aspect in rules.aspects:
            measures = {row.measure for row in rules.indicators_of(aspect)}
            group = groups.setdefault(str(aspect.name), [])
            for row in catalogue.values():
                if row.code not in placed and measures & measures_of(row).keys():
                    placed.add(row.code)
                    label = f"{row} ({row.get_unit_display()})"
                    group.append((f"{INTERVENTION}{row.code}", label))
        for indicator in rules.indicators:
            direct.setdefault(f"{MEASURE}{indicator.measure}", _direct(indicator))
    return [
        ("", _("choose a work")),
        *((name, rows) for name, rows in groups.items() if rows),
        (_("Directly by indicator"), list(direct.items())),
    ]


def _direct(indicator: Indicator) -> str:
    return f"{indicator.code} {indicator.short_name} ({indicator.unit})"


def place_choices(bases: Sequence[Base]) -> list[Any]:
    """Spread over the RT, or one of them; by area where there are several."""
    if len(bases) == 1:
        return _places(bases[0])
    return [(base.area.name, _places(base)) for base in bases]


def _places(base: Base) -> list[tuple[str, str]]:
    area = base.area.pk
    if WHOLE in base.keys:
        return [(f"{area}:", _("The area as a whole"))]
    spread = _("All chosen RT (spread)")
    return [
        (f"{area}:", spread),
        *((f"{area}:{unit.key}", unit.name) for unit in base.units),
    ]


def lacking(bases: Sequence[Base]) -> list[Indicator]:
    """The indicators with a volume in any base, each measure once."""
    found: dict[str, Indicator] = {}
    for base in bases:
        for row in base.rules.indicators:
            if base.volumes.get(row.code):
                found.setdefault(row.measure, row)
    return list(found.values())


def costs_by_code(costs: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """Costs by measure as costs by the codes of a rule set; blank ones left out."""
    return {
        row.code: costs[row.measure]
        for row in rules.indicators
        if costs.get(row.measure) is not None
    }
