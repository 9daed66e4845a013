"""All checks, by code. A new one is a row of one of these tables."""

from dashboard.health import (
    area_checks,
    decree_checks,
    hectare_checks,
    ledger_checks,
    outline_checks,
    photo_checks,
    rakor_checks,
    report_checks,
    survey_checks,
)
from dashboard.health.check import Check

CHECKS: tuple[Check, ...] = (
    *ledger_checks.CHECKS,
    *hectare_checks.CHECKS,
    *decree_checks.CHECKS,
    *area_checks.CHECKS,
    *survey_checks.CHECKS,
    *outline_checks.CHECKS,
    *report_checks.CHECKS,
    *photo_checks.CHECKS,
    *rakor_checks.CHECKS,
)
BY_CODE = {check.code: check for check in CHECKS}
