"""`load_boundaries FILE_OR_URL`: outlines of regions for the map."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.boundaries import BoundaryLoad, load_boundaries
from agencies.boundary_files import MAX_MEGABYTES
from agencies.models import Region
from core.errors import BusinessRuleError

PUBLIC = "https://github.com/cahyadsn/wilayah_boundaries"


class Command(BaseCommand):
    help = (
        "Loads outlines of regions (indicative, not legal boundaries) from a GeoJSON"
        f" FeatureCollection with the property kode, or from the SQL files of {PUBLIC}"
        " (folder db/kab; raw address). All or nothing; safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "address",
            metavar="FILE_OR_URL",
            help=f"a file, or an http(s) address; at most {MAX_MEGABYTES} MB, WGS84",
        )

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        try:
            load = load_boundaries(address)
        except BusinessRuleError as error:
            raise CommandError(self.explain(error)) from error
        self.report(load)

    def explain(self, error: BusinessRuleError) -> str:
        if not error.errors:
            return str(error)
        lines = [_("Nothing was loaded. Correct these features:")]
        for number, sentences in error.errors.items():
            for sentence in sentences:
                lines.append(
                    _("  feature %(number)s: %(sentence)s")
                    % {"number": number, "sentence": sentence}
                )
        return "\n".join(lines)

    def report(self, load: BoundaryLoad) -> None:
        counts = ", ".join(
            f"{Region.Level(level).label} {count}"
            for level, count in load.counts.items()
        )
        self.stdout.write(
            _("Boundaries loaded: %(counts)s; %(size)s KB for the map.")
            % {"counts": counts, "size": round(load.size / 1024)}
        )
        if load.repaired:
            self.stdout.write(
                _("Repaired (rings that crossed themselves): %(codes)s")
                % {"codes": ", ".join(load.repaired)}
            )
