"""Pages of outlines: the map of an area, its versions, and the import."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from agencies.models import User
from agencies.roles import Permission
from areas.geometry.area_map import compared, map_of
from areas.geometry.choices import Choices, Holds
from areas.geometry.forms import OutlineUploadForm
from areas.geometry.plan import Effect, OutlinePlan
from areas.geometry.services import import_outlines
from areas.geometry.tables import (
    AREA_COLUMNS,
    SHOWN,
    STORED_UNIT_COLUMNS,
    UNIT_COLUMNS,
    picture,
)
from areas.geometry.uploads import OUTLINES, OutlineUpload, as_kept
from areas.geometry.versions import versions_of
from areas.models import SlumArea
from areas.views.areas import AreaPart
from areas.views.common import HoldsAnywhereMixin, require_page
from core.errors import BusinessRuleError, NotAllowedError
from core.forms import add_rule_errors
from core.numbers import format_decimal


class AreaMapView(AreaPart):
    """The outline with its RT, the three hectares, and what lies over it."""

    template_name = "areas/area_map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = SlumArea.objects.visible_to(self.request.user)
        found = map_of(self.area, others)
        return super().get_context_data(
            map=found,
            compared=compared(self.area, found.units),
            columns=STORED_UNIT_COLUMNS,
            upload_url=f"{reverse('areas:outline-import')}?area={self.area.pk}",
            **kwargs,
        )


class AreaOutlinesView(AreaPart):
    """The outlines that the area and its RT had, from the trail."""

    template_name = "areas/area_outlines.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = [
            (version, picture(version.geometry, _("Outline as it was then")))
            if version.geometry
            else (version, "")
            for version in versions_of(self.area)
        ]
        return super().get_context_data(versions=versions, **kwargs)


class OutlineImportView(HoldsAnywhereMixin, FormView):
    """The upload form; a file that can be read is answered with its preview.

    `?area=` makes it the file of one area, which must be the person's to edit.
    """

    permission = Permission.AREA_EDIT
    form_class = OutlineUploadForm
    template_name = "areas/outline_import.html"

    def area(self) -> SlumArea | None:
        """The one area that the upload is for; 404 or 403 where it may not be."""
        key = self.request.GET.get("area", "")
        return editable_area(self.user, key) if key else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"area": self.area()}

    def form_valid(self, form: Any) -> HttpResponse:
        file, choices = form.cleaned_data["file"], form.choices()
        try:
            plan = run_import(self.user, file, file.name, choices, dry_run=True)
        except BusinessRuleError as error:
            add_rule_errors(form, error)
            return self.form_invalid(form)
        upload = None
        if plan.has_effect:
            kept = as_kept(choices)
            upload = OUTLINES.keep(self.request.session, file, self.user.pk, **kept)
        return preview(self.request, plan, upload)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        area = context["form"].area
        crumbs = [(_("Areas"), reverse("areas:area-list"))]
        if area:
            crumbs.append((area.name, reverse("areas:area-map", args=[area.pk])))
        return context | {"area": area, "crumbs": crumbs}


class OutlineConfirmView(HoldsAnywhereMixin, FormView):
    """Carries out what the preview showed; everything is checked once more."""

    permission = Permission.AREA_EDIT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("areas:outline-import")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("token", "")
        upload = OUTLINES.find(request.session, token, self.user.pk)
        if upload is None:
            messages.error(
                request, _("This preview is no longer there. Upload the file again.")
            )
            return redirect("areas:outline-import")
        choices = as_chosen(self.user, upload)
        try:
            with upload.path.open("rb") as file:
                plan = run_import(self.user, file, upload.name, choices)
        except BusinessRuleError as error:
            messages.error(request, str(error))
            return redirect("areas:outline-import")
        if not plan.is_sound:
            return preview(request, plan, None)
        OUTLINES.drop(request.session, upload)
        messages.success(request, done_text(plan))
        if choices.area:
            return redirect("areas:area-map", choices.area.pk)
        return redirect("areas:area-list")


def editable_area(user: User, key: str) -> SlumArea:
    """The area of that key; 404 outside the scope, 403 without the right."""
    areas = SlumArea.objects.visible_to(user).select_related("agency", "regency")
    area = get_object_or_404(areas, pk=key if key.isdecimal() else None)
    require_page(user, Permission.AREA_EDIT, agency=area.agency)
    return area


def as_chosen(user: User, upload: OutlineUpload) -> Choices:
    """The choices of a kept upload."""
    return Choices(
        area=editable_area(user, str(upload.area)) if upload.area else None,
        holds=upload.holds,
        area_column=upload.area_column,
        unit_column=upload.unit_column,
        layer=upload.layer,
        merge=upload.merge,
    )


def run_import(
    user: User, file: Any, name: str, choices: Choices, *, dry_run: bool = False
) -> OutlinePlan:
    """The import as the signed-in person; not allowed is answered with 403."""
    try:
        return import_outlines(file, name, choices=choices, by=user, dry_run=dry_run)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error


def preview(
    request: HttpRequest, plan: OutlinePlan, upload: OutlineUpload | None
) -> HttpResponse:
    """All rows with what becomes of them; the refused ones first."""
    rows = sorted(plan.rows, key=lambda row: row.effect != Effect.REFUSED)
    area = plan.choices.area
    back = reverse("areas:outline-import")
    context = {
        "plan": plan,
        "counts": {effect.value: plan.effects[effect] for effect in Effect},
        "repaired": sum(row.checked.is_repaired for row in plan.rows),
        "upload": upload,
        "columns": UNIT_COLUMNS if plan.choices.holds == Holds.UNITS else AREA_COLUMNS,
        "rows": rows[:SHOWN],
        "hidden": max(0, len(rows) - SHOWN),
        "back": f"{back}?area={area.pk}" if area else back,
        "crumbs": [(_("Import of outlines"), back)],
    }
    return render(request, "areas/outline_preview.html", context)


def done_text(plan: OutlinePlan) -> str:
    return _(
        "Outlines stored: %(new)s new, %(changed)s replaced, %(same)s unchanged."
    ) % {
        "new": format_decimal(plan.effects[Effect.NEW], 0),
        "changed": format_decimal(plan.effects[Effect.CHANGED], 0),
        "same": format_decimal(plan.effects[Effect.SAME], 0),
    }
