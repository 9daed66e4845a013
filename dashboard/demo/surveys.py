"""The example surveys: volumes that lead to the planned class, through every status."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from areas.models import Assessment, Neighbourhood
from areas.results import conclusions_of
from areas.rule_seeds import seeded_rules
from areas.rules import (
    Denominator,
    Indicator,
    Severity,
    severity_of,
)
from areas.services import (
    SiteValues,
    UnitEntry,
    record_site,
    return_assessment,
    save_volumes,
    start_assessment,
    submit_assessment,
    verify_assessment,
)
from dashboard.demo.people import Cast, acting
from dashboard.demo.places import Site
from dashboard.demo.plan import DRAFT, NONE, RETURNED, SUBMITTED, Calendar

RULES = seeded_rules("permen-14-2018")
Scores = Mapping[str, int]
Shares = dict[str, float]

# Scores to draw from by class, and the share (of 1) of a score: well inside its band,
# so that rounding to whole houses does not move it.
DRAWN = {
    Severity.HEAVY: (5, 5, 5, 5, 5, 5, 3, 3, 1),
    Severity.MODERATE: (5, 5, 3, 3, 3, 1, 1, 0),
    Severity.LIGHT: (5, 3, 1, 1, 1, 0, 0, 0),
    Severity.NOT_SLUM: (1, 1, 0, 0, 0),
}
BANDS = {5: (0.80, 0.96), 3: (0.56, 0.69), 1: (0.30, 0.44), 0: (0.0, 0.17)}
# What works improve first: roads, drainage, water, waste water, waste, fire, houses.
IMPROVED_FIRST = (
    *("2b", "4b", "4c", "3a", "5b", "6a", "7b", "2a"),
    *("4a", "1c", "5a", "6b", "3b", "7a", "1b", "1a"),
)
RETURN_REASON = "CONTOH: volume 3a di beberapa RT belum sesuai berita acara lapangan."


def create_surveys(
    sites: list[Site], cast: Cast, calendar: Calendar, chance: Random
) -> None:
    """A baseline survey of each area, and a second one where the plan says so."""
    baseline = date(calendar.year - 2, 1, 8)
    follow_up = calendar.last_day - timedelta(days=50)
    for number, site in enumerate(sites):
        if site.plan.survey == NONE:
            continue
        scores = draw_scores(site.plan.severity, chance)
        shares = {code: _share(score, chance) for code, score in scores.items()}
        day = baseline + timedelta(days=number % 25)
        site.volumes = _volumes(site, shares, chance)
        facts = _site_facts(chance)
        _survey(site, site.volumes, day, cast, facts)
        if site.plan.severity_now:
            better = lowered(scores, site.plan.severity_now)
            for code in better:
                if better[code] < scores[code]:
                    shares[code] = _share(better[code], chance)
            day = follow_up + timedelta(days=number % 25)
            _survey(site, _volumes(site, shares, chance), day, cast, facts)


def draw_scores(severity: Severity, chance: Random) -> dict[str, int]:
    """Sixteen scores whose total lies in the class."""
    while True:
        scores = {c: chance.choice(DRAWN[severity]) for c in RULES.codes}
        if severity_of(sum(scores.values()), RULES) == severity:
            return scores


def lowered(scores: Scores, severity: Severity) -> dict[str, int]:
    """The scores after works: one after the other falls to 0, at least one of them,
    until the class is reached."""
    better = dict(scores)
    for code in IMPROVED_FIRST:
        better[code] = 0
        if severity_of(sum(better.values()), RULES) == severity:
            break
    return better


def _survey(
    site: Site,
    volumes: Mapping[int, Mapping[str, Decimal]],
    day: date,
    cast: Cast,
    facts: SiteValues,
) -> None:
    operator, head = cast.operators[site.plan.regency], cast.heads[site.plan.regency]
    units = site.units[:-1] if site.plan.survey == DRAFT else site.units
    with acting(operator):
        assessment = start_assessment(site.area, surveyed_on=day, by=operator)
        entries = [UnitEntry(unit, day, volumes[unit.pk]) for unit in units]
        save_volumes(assessment, entries, by=operator)
        assessment = record_site(assessment, by=operator, **facts)
        if found := conclusions_of(assessment):
            site.pattern = found["pattern"].value or ""
    if site.plan.survey == DRAFT:
        return
    with acting(head):
        submit_assessment(assessment, by=head)
    if site.plan.survey != SUBMITTED:
        _judge(assessment, site, cast)


def _site_facts(chance: Random) -> SiteValues:
    """Considerations and land, as a survey team would record them."""
    status = Assessment.LandStatus
    statuses = [status.LEGAL, status.LEGAL, status.OCCUPIED, status.ILLEGAL]
    return {
        "is_strategic": chance.random() < 0.5,
        "strategic_basis": "CONTOH: RTRW, kawasan pusat kegiatan",
        "has_social_need": chance.random() < 0.6,
        "social_basis": "CONTOH: wawancara RT",
        "land_status": chance.choice(statuses),
        "land_basis": "CONTOH: daftar sertifikat kelurahan",
        "conforms_to_plan": chance.random() < 0.75,
        "plan_basis": "CONTOH: SKRK",
    }


def _judge(assessment: Assessment, site: Site, cast: Cast) -> None:
    with acting(cast.verifier):
        if site.plan.survey == RETURNED:
            return_assessment(assessment, reason=RETURN_REASON, by=cast.verifier)
        else:
            verify_assessment(assessment, by=cast.verifier)


def _share(score: int, chance: Random) -> float:
    return chance.uniform(*BANDS[score])


def _volumes(
    site: Site, shares: Shares, chance: Random
) -> dict[int, dict[str, Decimal]]:
    """The volumes of each RT: about the area's share of its own denominators."""
    return {
        unit.pk: {
            row.code: _volume(row, unit, shares[row.code] + chance.uniform(-0.01, 0.01))
            for row in RULES.indicators
        }
        for unit in site.units
    }


def _volume(row: Indicator, unit: Neighbourhood, share: float) -> Decimal:
    """Whole houses, families and metres; hectares with four decimals."""
    whole = Decimal(getattr(unit, row.denominator))
    places = 4 if row.denominator == Denominator.HECTARES else 0
    return max(Decimal(0), round(whole * Decimal(share), places))
