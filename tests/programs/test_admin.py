"""The support desk: what a service owns is only looked at; periods may be corrected."""

import pytest
from django.urls import reverse

READ_ONLY = (
    "programme",
    "budgetversion",
    "activity",
    "progressreport",
    "reportline",
    "sipdcode",
    "readinesscheck",
)


@pytest.mark.parametrize("name", [*READ_ONLY, "reportingperiod", "lockexception"])
def test_lists_open(client, log_in, verified, name):
    log_in("administrator")

    page = client.get(reverse(f"admin:programs_{name}_changelist"))

    assert page.status_code == 200


@pytest.mark.parametrize("name", READ_ONLY)
def test_nothing_is_added_here(client, log_in, verified, name):
    log_in("administrator")

    assert client.get(reverse(f"admin:programs_{name}_add")).status_code == 403


def test_a_verified_report_is_looked_at_and_not_changed(client, log_in, verified):
    log_in("administrator")
    url = reverse("admin:programs_progressreport_change", args=[verified.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"status": "draft"}).status_code == 403


def test_a_due_date_may_be_corrected(client, log_in, period):
    log_in("administrator")
    url = reverse("admin:programs_reportingperiod_change", args=[period.pk])
    values = {
        "kind": "quarter",
        "name": period.name,
        "starts_on": "2021-10-01",
        "ends_before": "2022-01-01",
        "opens_on": "2021-10-01",
        "due_on": "2022-01-20",
    }

    client.post(url, values)

    period.refresh_from_db()
    assert str(period.due_on) == "2022-01-20"
