"""The forms of decrees. They shape input; the services judge it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Region, User
from areas import services
from areas.decree_mapping import MappingRow, rows_of_pairs
from areas.decree_tables import corrected_note
from areas.forms import CheckedByService, villages_of
from areas.models import Decree, DecreeLine, SlumArea
from areas.models.succession import LineChange
from areas.rights import decree_regions
from core.forms import LocalDecimalField, local_formfield
from core.numbers import format_decimal

NEW_LINES = 3
MEGABYTE = 1 << 20
REMOVED = "removed"
Choices = list[tuple[str, str]]


class DecreeForm(CheckedByService, forms.ModelForm):
    """A draft; once in force, only number and title are asked."""

    class Meta:
        model = Decree
        fields = (
            "number",
            "title",
            "level",
            "region",
            "issued_on",
            "in_force_from",
            "scope",
            "counting_unit",
            "supersedes",
        )
        formfield_callback = local_formfield

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ModelChoiceField)
        region.queryset = _decree_regions(user)
        if self.instance.pk and not self.instance.is_draft:
            for name in set(self.fields) - services.ALWAYS_OPEN:
                del self.fields[name]
            return
        self.fields["in_force_from"].required = False
        self.fields["in_force_from"].help_text = _("Empty: from its own date.")
        old = self.fields["supersedes"]
        assert isinstance(old, forms.ModelChoiceField)
        old.help_text = _("That decree then holds until this one does.")
        old.queryset = Decree.objects.filter(
            region__in=region.queryset, status=Decree.Status.IN_FORCE
        ).exclude(pk=self.instance.pk)


class DecreeFileForm(forms.Form):
    """The scanned decree; whether it is a PDF, the service looks."""

    file = forms.FileField(
        label=gettext_lazy("File (PDF)"),
        allow_empty_file=True,  # the service says what to do
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.DECREE_FILE_MAX_BYTES / MEGABYTE
        self.fields["file"].help_text = _("PDF, at most %(megabytes)s MB.") % {
            "megabytes": format_decimal(most, None)
        }

    def upload(self) -> UploadedFile:
        return self.cleaned_data["file"]


class DecreeLinesForm(forms.Form):
    """The areas of a decree with their hectares, and room for new ones.

    A decree in force only offers new ones. Where it counts per village, each line has
    its village.
    """

    def __init__(
        self,
        *args: Any,
        decree: Decree,
        lines: Sequence[DecreeLine],
        candidates: QuerySet[SlumArea],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.is_draft = decree.is_draft
        self.per_village = decree.is_per_village
        self.villages: dict[str, Region] = {}
        if self.is_draft:
            self._add_old_fields()
        self._add_new_fields(candidates)

    def _add_old_fields(self) -> None:
        choices = _village_choices(self.lines) if self.per_village else {}
        for line in self.lines:
            key = line.area_id
            self.fields[f"hectares_{key}"] = LocalDecimalField(
                label=str(line.area), initial=line.hectares, required=False
            )
            if self.per_village:
                self._add_village(f"village_{key}", choices[key], line.village_id)
            self.fields[f"remove_{key}"] = forms.BooleanField(
                label=_("Leave out"), required=False
            )

    def _add_new_fields(self, candidates: QuerySet[SlumArea]) -> None:
        villages = _villages_in(candidates) if self.per_village else []
        for number in range(NEW_LINES):
            self.fields[f"area_{number}"] = forms.ModelChoiceField(
                candidates, label=_("Area"), required=False
            )
            self.fields[f"new_{number}"] = LocalDecimalField(
                label=_("Decreed area (ha)"), required=False
            )
            if self.per_village:
                self._add_village(f"place_{number}", villages)

    def _add_village(
        self, name: str, villages: Sequence[Region], chosen: str | None = None
    ) -> None:
        self.villages |= {village.pk: village for village in villages}
        named = [
            (v.pk, f"{v.name} ({v.parent.name if v.parent else ''})") for v in villages
        ]
        only = villages[0].pk if len(villages) == 1 else ""
        self.fields[name] = forms.ChoiceField(
            label=_("Village"),
            choices=[("", "---------"), *named],
            initial=chosen or only,
            required=False,
        )

    def old_rows(self) -> Iterable[dict[str, Any]]:
        """The lines that are there, with their inputs in a draft."""
        for line in self.lines:
            key = line.area_id
            names = {
                "hectares": f"hectares_{key}",
                "village": f"village_{key}",
                "remove": f"remove_{key}",
            }
            corrected = corrected_note(line.hectares, line.hectares_now)
            yield {"line": line, "corrected": corrected} | {
                part: self[name] for part, name in names.items() if name in self.fields
            }

    def new_rows(self) -> Iterable[list[Any]]:
        for number in range(NEW_LINES):
            names = (f"area_{number}", f"new_{number}", f"place_{number}")
            yield [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines if self.is_draft else ():
            name = f"hectares_{line.area_id}"
            blank = cleaned.get(name, 0) is None
            if blank and not cleaned.get(f"remove_{line.area_id}"):
                self.add_error(name, _("Write the hectares, or leave the area out."))
        for number in range(NEW_LINES):
            area, hectares = cleaned.get(f"area_{number}"), cleaned.get(f"new_{number}")
            if area and hectares is None and f"new_{number}" not in self.errors:
                self.add_error(f"new_{number}", _("Write the hectares of this area."))
            elif hectares is not None and not area:
                self.add_error(f"area_{number}", _("Choose the area of this line."))
        return cleaned

    def wanted(self) -> list[services.LineValues]:
        """The lines that the decree shall have."""
        values = self.cleaned_data
        new = [
            services.LineValues(
                values[f"area_{n}"], values[f"new_{n}"], self._village(f"place_{n}")
            )
            for n in range(NEW_LINES)
            if values[f"area_{n}"]
        ]
        return [*self._kept(), *new]

    def _kept(self) -> list[services.LineValues]:
        """The lines that stay: as they are, or in a draft as they were typed."""
        if not self.is_draft:
            return [
                services.LineValues(line.area, line.hectares, line.village)
                for line in self.lines
            ]
        values = self.cleaned_data
        return [
            services.LineValues(
                line.area, values[f"hectares_{key}"], self._chosen(line)
            )
            for line in self.lines
            if not values[f"remove_{(key := line.area_id)}"]
        ]

    def _chosen(self, line: DecreeLine) -> Region | None:
        """The village of a line; one that the decree does not count by stays."""
        if not self.per_village:
            return line.village
        return self._village(f"village_{line.area_id}")

    def _village(self, name: str) -> Region | None:
        return self.villages.get(self.cleaned_data.get(name) or "")

    def field_of(self, area_key: str, part: str) -> str | None:
        """The input that an error of the service about an area belongs to."""
        kind = "village" if part == "village" else "hectares"
        if f"{kind}_{area_key}" in self.fields:
            return f"{kind}_{area_key}"
        for number in range(NEW_LINES):
            area = self.cleaned_data.get(f"area_{number}")
            if area and str(area.pk) == area_key:
                return f"{'place' if part == 'village' else 'new'}_{number}"
        return None


class DecreeMappingForm(forms.Form):
    """Where each new line comes from, and what became of each old one.

    What is chosen at either side makes the pairs; their kind follows from them. Only
    lines of the same regency are offered, so that many lines stay a small page.
    """

    def __init__(
        self,
        *args: Any,
        old: Sequence[DecreeLine],
        new: Sequence[DecreeLine],
        rows: Sequence[MappingRow],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.old = {str(line.pk): line for line in old}
        self.new = {str(line.pk): line for line in new}
        self.kinds = {row.key: row.kind for row in rows}
        self.notes = {row.key: row.note for row in rows if row.note}
        both = {line.area_id for line in old} & {line.area_id for line in new}
        self.both = both
        origin, fate = _initial(rows)
        for line in new:
            choices = [("", _("new, from no old line")), *_offered(line, old, both)]
            self._add(f"new_{line.pk}", line, choices, origin.get(line.pk, ""))
        for line in old:
            choices = [
                ("", _("as chosen at the new lines")),
                (REMOVED, _("removed")),
                *_offered(line, new, both),
            ]
            self._add(f"old_{line.pk}", line, choices, fate.get(line.pk, ""))

    def _add(self, name: str, line: DecreeLine, choices: Choices, initial: str) -> None:
        self.fields[name] = forms.ChoiceField(
            label=str(line.area), choices=choices, initial=initial, required=False
        )

    def pairs_of_areas(self) -> list[dict[str, Any]]:
        """Areas that stand in both decrees."""
        later = {line.area_id: line for line in self.new.values()}
        return [
            self._row(line, later[line.area_id])
            for line in self.old.values()
            if line.area_id in self.both
        ]

    def alone(self) -> list[dict[str, Any]]:
        """Areas that stand in one of the decrees only: these need a look."""
        return [
            *(
                self._row(x, None)
                for x in self.old.values()
                if x.area_id not in self.both
            ),
            *(
                self._row(None, x)
                for x in self.new.values()
                if x.area_id not in self.both
            ),
        ]

    def _row(self, old: DecreeLine | None, new: DecreeLine | None) -> dict[str, Any]:
        key = (old.pk if old else None, new.pk if new else None)
        return {
            "area": (old or new).area,  # type: ignore[union-attr]
            "old": old,
            "new": new,
            "kind": LineChange(self.kinds[key]) if key in self.kinds else None,
            "from": self[f"new_{new.pk}"] if new else None,
            "into": self[f"old_{old.pk}"] if old else None,
        }

    def rows(self) -> list[MappingRow]:
        """The mapping that was chosen, for the service; notes stay with their rows."""
        pairs: dict[tuple[int | None, int | None], Any] = {}
        named: set[int] = set()

        def add(old: DecreeLine | None, new: DecreeLine | None) -> None:
            pairs[old.pk if old else None, new.pk if new else None] = (old, new)
            named.update([new.pk] if old and new else [])

        for key, line in self.new.items():
            if chosen := self.cleaned_data[f"new_{key}"]:
                add(self.old[chosen], line)
        for key, line in self.old.items():
            if chosen := self.cleaned_data[f"old_{key}"]:
                add(line, None if chosen == REMOVED else self.new[chosen])
        for line in self.new.values():
            if line.pk not in named:
                add(None, line)
        return [
            MappingRow(row.old, row.new, row.kind, self.notes.get(row.key, ""))
            for row in rows_of_pairs(pairs.values())
        ]


def _initial(rows: Sequence[MappingRow]) -> tuple[dict[int, str], dict[int, str]]:
    """What the inputs begin with: the origin of new lines, the fate of old ones."""
    origin: dict[int, str] = {}
    fate: dict[int, str] = {}
    for row in rows:
        if row.old is None or row.new is None:
            if row.old is not None:
                fate[row.old.pk] = REMOVED
        elif row.kind == LineChange.MERGED and row.old.area_id != row.new.area_id:
            fate[row.old.pk] = str(row.new.pk)
        else:
            origin[row.new.pk] = str(row.old.pk)
    return origin, fate


def _offered(line: DecreeLine, others: Sequence[DecreeLine], both: set[int]) -> Choices:
    """The lines of the other decree that this one can be paired with.

    An area that stands in both is paired with itself, or with one that stands alone.
    """
    return [
        (str(other.pk), f"{other.area.name} · {format_decimal(other.hectares_now)} ha")
        for other in others
        if other.area.regency_id == line.area.regency_id
        and (
            other.area_id == line.area_id
            or line.area_id not in both
            or other.area_id not in both
        )
    ]


def _village_choices(lines: Sequence[DecreeLine]) -> dict[int, list[Region]]:
    """The villages of each line's area; all of its regency where none is recorded."""
    recorded = Prefetch("villages", Region.objects.select_related("parent"))
    areas = SlumArea.objects.filter(pk__in=[line.area_id for line in lines])
    found = {
        area.pk: list(area.villages.all()) for area in areas.prefetch_related(recorded)
    }
    regencies: dict[str, list[Region]] = {}
    for line in lines:
        if found[line.area_id]:
            continue
        regency = line.area.regency
        if regency.pk not in regencies:
            regencies[regency.pk] = list(villages_of(regency))
        found[line.area_id] = regencies[regency.pk]
    return found


def _villages_in(areas: QuerySet[SlumArea]) -> list[Region]:
    """The villages over which these areas stretch."""
    keys = areas.order_by().values("villages")
    return list(Region.objects.filter(pk__in=keys).select_related("parent"))


def _decree_regions(user: User) -> QuerySet[Region]:
    """The province and regencies for which the person may edit decrees."""
    found = Region.objects.none()
    for code in decree_regions(user):
        found |= Region.objects.within(code)
    return found.filter(level__in=[Region.Level.PROVINCE, Region.Level.REGENCY])
