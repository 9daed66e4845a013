"""Loading the example: every record through the services, in one transaction."""

from collections.abc import Callable, Mapping
from random import Random

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from agencies.notices import settle
from areas.models import LedgerEntry
from core.errors import BusinessRuleError
from dashboard.demo.people import Account, create_cast
from dashboard.demo.places import create_decrees, create_sites
from dashboard.demo.plan import PROVINCE, REGENCIES, Calendar
from dashboard.demo.presence import any_marked
from dashboard.demo.rakor import hold_rakor
from dashboard.demo.rakor_rooms import fill_rooms
from dashboard.demo.reports import Desk
from dashboard.demo.surveys import create_surveys
from dashboard.demo.works import Works
from programs.models import Activity

SEED = 63


@transaction.atomic
def load_demo(say: Callable[[str], None]) -> tuple[Account, ...]:
    """Store the example, telling each stage; the accounts come back, with passwords.

    Seeded chance: two loads on the same day store the same figures. Raises
    BusinessRuleError where example data is there already, or regions or offices are
    missing.
    """
    if any_marked():
        raise BusinessRuleError(
            _("Example data is there already: remove it first with remove_demo.")
        )
    calendar, chance = Calendar(timezone.localdate()), Random(SEED)
    cast = create_cast(_offices())
    say(_("%(count)s example users") % {"count": len({*cast.heads.values()}) + 6})
    sites = create_sites(cast, chance)
    units = sum(len(site.units) for site in sites)
    say(
        _("%(areas)s example areas with %(units)s RT")
        % {"areas": len(sites), "units": units}
    )
    create_decrees(sites, cast, calendar, chance)
    say(
        _("decrees %(old)s and %(new)s")
        % {"old": calendar.old_number, "new": calendar.number}
    )
    create_surveys(sites, cast, calendar, chance)
    say(_("surveys with their scores"))
    reports = Desk(Works.at(sites, cast, chance), cast, calendar).send_all()
    settle("verified:", "exception:")  # of quarters that are long gone
    promised = hold_rakor(cast, calendar.today)
    fill_rooms(cast, calendar.today)
    say(
        _(
            "%(activities)s activities, %(reports)s reports, %(entries)s entries in the"
            " ledger of hectares"
        )
        % {
            "activities": Activity.objects.filter(programme__is_demo=True).count(),
            "reports": reports,
            "entries": LedgerEntry.objects.filter(
                decree_line__decree__is_demo=True
            ).count(),
        }
    )
    say(_("two meetings with %(count)s commitments") % {"count": promised})
    return cast.accounts


def _offices() -> Mapping[str, Agency]:
    """The housing offices of the province and its regencies, by region code."""
    codes = [PROVINCE, *REGENCIES]
    found = Agency.objects.filter(
        Q(level=Agency.Level.PROVINCE) | Q(level=Agency.Level.REGENCY),
        kind=Agency.Kind.HOUSING_OFFICE,
        region__in=codes,
        is_demo=False,
    ).order_by("-pk")
    offices = {str(agency.region_id): agency for agency in found}
    if missing := [code for code in codes if code not in offices]:
        raise BusinessRuleError(
            _(
                "The housing offices of %(codes)s are missing: run load_regions"
                " --province 63 and seed_agencies first."
            )
            % {"codes": ", ".join(missing)}
        )
    return offices
