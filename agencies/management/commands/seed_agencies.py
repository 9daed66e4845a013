"""`seed_agencies`: the agencies that exist after the first start."""

from typing import Any

import pghistory
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from agencies.seed import SEEDS, seed_agencies


class Command(BaseCommand):
    help = (
        "Creates the province's office, the 13 district offices, the ministries and"
        " partners that are missing. Never changes or brings back what is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with pghistory.context(source="command"):
            created = seed_agencies()
        self.stdout.write(
            _("Agencies: %(created)s created, %(kept)s left as they are.")
            % {"created": len(created), "kept": len(SEEDS) - len(created)}
        )
