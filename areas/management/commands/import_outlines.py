"""`import_outlines FILE --user NAME`: outlines of areas or RT, all or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.management.people import named_user
from areas.geometry.choices import Choices, Holds
from areas.geometry.plan import Effect, OutlinePlan, PlannedOutline
from areas.geometry.services import import_outlines
from areas.models import SlumArea
from core.errors import BusinessRuleError, NotAllowedError
from core.numbers import format_decimal


class Command(BaseCommand):
    help = (
        "Imports outlines of areas or RT from a shapefile (zip), KML, KMZ, GPKG or"
        " GeoJSON. Nothing is stored unless every row is right; safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--user",
            required=True,
            metavar="USERNAME",
            help="who stores them; the rights of this user hold, except that a"
            " superuser may import everything from here",
        )
        parser.add_argument(
            "--area", type=int, metavar="KEY", help="everything belongs to this area"
        )
        parser.add_argument(
            "--rt", action="store_true", help="the file holds RT, not areas"
        )
        parser.add_argument(
            "--area-column", default="", metavar="NAME", help="else it is guessed"
        )
        parser.add_argument(
            "--rt-column", default="", metavar="NAME", help="else it is guessed"
        )
        parser.add_argument(
            "--layer", default="", help="the one to read, of a file with several"
        )
        parser.add_argument(
            "--merge", action="store_true", help="one outline of all rows, for --area"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and tell, store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = named_user(options["user"])
        choices = Choices(
            holds=Holds.UNITS if options["rt"] else Holds.AREAS,
            area=self.find_area(options["area"]),
            area_column=options["area_column"],
            unit_column=options["rt_column"],
            layer=options["layer"],
            merge=options["merge"],
        )
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                plan = import_outlines(
                    file,
                    path.name,
                    choices=choices,
                    by=by,
                    dry_run=options["dry_run"],
                    check_rights=not by.is_superuser,
                )
        except OSError as error:
            message = _("The file %(file)s cannot be read: %(reason)s.")
            raise CommandError(
                message % {"file": path, "reason": error.strerror}
            ) from error
        except (BusinessRuleError, NotAllowedError) as error:
            raise CommandError(str(error)) from error
        if not plan.is_sound:
            raise CommandError(self.explain(plan))
        for row in plan.rows:
            self.report(row)
        self.stdout.write(self.summary(plan, dry_run=options["dry_run"]))

    def find_area(self, key: int | None) -> SlumArea | None:
        if key is None:
            return None
        area = SlumArea.objects.select_related("agency", "regency").filter(pk=key)
        if not area:
            raise CommandError(_("There is no area %(key)s.") % {"key": key})
        return area[0]

    def explain(self, plan: OutlinePlan) -> str:
        count = format_decimal(plan.problem_count, 0)
        lines = [_("Nothing was stored: %(count)s to correct.") % {"count": count}]
        for row in plan.rows:
            for text in row.problems:
                values = {"number": row.number, "text": f"{row.name}: {text}"}
                lines.append("  " + _("Row %(number)s: %(text)s") % values)
        return "\n".join(lines)

    def report(self, row: PlannedOutline) -> None:
        hectares = format_decimal(row.hectares) if row.hectares is not None else "–"
        self.stdout.write(f"  {row.name}: {hectares} ha")
        for name, both in row.overlaps:
            values = {"name": name, "hectares": format_decimal(both)}
            text = _("overlaps with %(name)s by %(hectares)s ha") % values
            self.stdout.write(self.style.WARNING(f"    ! {text}"))
        for text in row.remarks:
            self.stdout.write(f"    {text}")

    def summary(self, plan: OutlinePlan, *, dry_run: bool) -> str:
        if not plan.has_effect:
            return _("Everything in this file is stored already; nothing was changed.")
        text = (
            _(
                "Would be stored: %(new)s new, %(changed)s replaced, %(same)s"
                " unchanged. Nothing was stored."
            )
            if dry_run
            else _(
                "Outlines stored: %(new)s new, %(changed)s replaced, %(same)s"
                " unchanged."
            )
        )
        return text % {
            "new": format_decimal(plan.effects[Effect.NEW], 0),
            "changed": format_decimal(plan.effects[Effect.CHANGED], 0),
            "same": format_decimal(plan.effects[Effect.SAME], 0),
        }
