"""Corrections of the ledger: proposed by one person, decided by another."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agencies.roles import Role
from areas import services
from areas.ledger_change_steps import steps_for
from areas.ledger_corrections import reverse as reverse_entry
from areas.models import LedgerChange, LedgerEntry, LiveCredit
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.workflow import closed_reasons, open_names
from tests.cast import member
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory, RegionFactory, UserFactory
from tests.factories_areas import DecreeFactory
from tests.factories_ledger import credit_unit, decreed_area, surveyed_twice

LIST = "/buku-besar/koreksi/"
API = "/api/v1/ledger-changes/"


@pytest.fixture
def line(office):
    return decreed_area("1", "2", agency=office, name="Kawasan Melati")


@pytest.fixture
def entry(line):
    return credit_unit(line).entry


@pytest.fixture
def second(province):
    """Another verifier of the province."""
    return member("second", province, Role.PROVINCE_VERIFIER)


@pytest.fixture
def propose(entry, editor):
    """Proposals of the editor about `entry`."""
    return partial(services.propose_change, entry=entry, reason="Salah ukur", by=editor)


@pytest.fixture
def widen(line, editor):
    """Proposals of the editor about the area of `line`."""
    return partial(
        services.propose_change,
        kind="area",
        decree_line=line,
        reason="Salah cetak",
        document="BA 7/2021",
        by=editor,
    )


def errors_of(call) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call()
    return caught.value.errors


# ---- propose, approve, reject -----------------------------------------------------


def test_a_proposal_changes_nothing(entry, propose):
    change = propose(kind="replace", hectares=Decimal("0.4"))

    assert (change.status, change.posted) == ("proposed", None)
    assert list(LedgerEntry.objects.all()) == [entry]


def test_approved_the_entry_has_the_right_hectares(entry, propose, verifier):
    change = propose(kind="replace", hectares=Decimal("0.4"), document="BA 3/2021")

    change = services.approve_change(change, note="Sesuai BA", by=verifier)

    assert (change.status, change.decided_by) == ("approved", verifier)
    assert (change.posted.hectares, change.decision_note) == (
        Decimal("0.4"),
        "Sesuai BA",
    )
    assert LiveCredit.objects.get().entry == change.posted
    entry.refresh_from_db()
    assert (entry.reversed_by.reason, entry.reversed_by.document) == (
        "Salah ukur",
        "BA 3/2021",
    )


def test_approved_the_entry_is_taken_back(entry, propose, verifier):
    change = services.approve_change(propose(kind="reverse"), by=verifier)

    assert (change.posted.reverses, change.posted.hectares) == (entry, -1)
    assert not LiveCredit.objects.exists()


def test_approved_the_area_is_another_and_its_outcomes_follow(line, widen, verifier):
    surveyed_twice(line, "heavy", "not_slum")

    change = services.approve_change(widen(hectares=Decimal("3.5")), by=verifier)

    assert (change.posted.kind, change.posted.hectares) == (
        "correction",
        Decimal("0.5"),
    )
    live = LiveCredit.objects.order_by("outcome")
    assert [(row.outcome, row.entry.hectares) for row in live] == [
        ("cleared", Decimal("3.5")),
        ("improved", Decimal("3.5")),
    ]


def test_rejected_the_ledger_stays(entry, propose, verifier):
    change = propose(kind="reverse")

    change = services.reject_change(change, note="Ukuran sudah benar", by=verifier)

    assert (change.status, change.posted) == ("rejected", None)
    assert list(LedgerEntry.objects.all()) == [entry]
    assert propose(kind="reverse").status == "proposed"  # a new one is possible


def test_a_rejection_says_why(propose, verifier):
    errors = errors_of(
        lambda: services.reject_change(propose(kind="reverse"), note=" ", by=verifier)
    )

    assert errors == {"note": ["Tuliskan mengapa usulan ini ditolak."]}


@pytest.mark.parametrize("decide", ["approve_change", "reject_change"])
def test_who_proposed_it_never_decides(entry, verifier, second, decide):
    change = services.propose_change(
        kind="reverse", entry=entry, reason="Salah", by=verifier
    )
    call = partial(getattr(services, decide), change, note="Ya")

    errors = errors_of(partial(call, by=verifier))

    (sentences,) = errors.values()
    assert sentences == [
        "Anda yang mengusulkannya. Orang lain yang harus memutuskannya."
    ]
    assert call(by=second).decided_by == second


def test_the_database_refuses_one_person_for_both(propose, verifier):
    change = propose(kind="reverse")
    services.reject_change(change, note="Tidak", by=verifier)

    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        LedgerChange.objects.update(proposed_by=verifier)


def test_who_verified_the_report_may_approve(line, propose, verifier):
    """Only the proposer is kept from deciding."""
    entry = credit_unit(
        line, line.area.neighbourhoods.get(hectares=2), by=verifier
    ).entry

    change = services.approve_change(propose(kind="reverse", entry=entry), by=verifier)

    assert change.status == "approved"


@pytest.mark.parametrize(
    ("person", "may_propose", "may_decide"),
    [
        ("operator", False, False),
        ("head", False, False),
        ("viewer", False, False),
        ("stranger", False, False),
        ("editor", True, False),
        ("verifier", True, True),
        ("province_viewer", False, False),
        ("administrator", False, False),
    ],
)
def test_who_may(entry, second, request, person, may_propose, may_decide):
    user = request.getfixturevalue(person)
    propose = partial(
        services.propose_change, kind="reverse", entry=entry, reason="Salah"
    )
    if may_propose:
        services.reject_change(propose(by=user), note="Tidak", by=second)
    else:
        with pytest.raises(NotAllowedError):
            propose(by=user)
    change = propose(by=second)
    if may_decide:
        assert services.approve_change(change, by=user).status == "approved"
    else:
        with pytest.raises(NotAllowedError):
            services.approve_change(change, by=user)
        with pytest.raises(NotAllowedError):
            services.reject_change(change, note="Tidak", by=user)


# ---- the rules, when proposing and when approving ---------------------------------


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"kind": "replace"}, "hectares", "Isi hektare yang benar."),
        ({"kind": "replace", "hectares": 1}, "hectares", "sudah bernilai sekian"),
        ({"kind": "replace", "hectares": 0}, "hectares", "di atas 0"),
        ({"kind": "replace", "hectares": 2}, "hectares", "lebih dari luas RT"),
        ({"kind": "reverse", "reason": " "}, "reason", "tidak boleh kosong"),
        ({"kind": "gift"}, "kind", "gift"),
    ],
)
def test_what_cannot_be_proposed(propose, values, field, sentence):
    if "hectares" in values:
        values = values | {"hectares": Decimal(values["hectares"])}

    errors = errors_of(lambda: propose(**values))

    assert sentence in errors[field][0]
    assert not LedgerChange.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"hectares": None}, "hectares", "Isi hektare yang benar."),
        ({"hectares": Decimal(3)}, "hectares", "sudah bernilai sekian"),
        ({"hectares": Decimal(0)}, "hectares", "lebih dari 0 ha"),
        ({"hectares": Decimal("0.9")}, "hectares", "mencatat 1 ha"),
        ({"hectares": Decimal(4), "reason": ""}, "reason", "mengapa"),
        ({"hectares": Decimal(4), "document": " "}, "document", "dokumen"),
    ],
)
def test_what_cannot_be_proposed_of_an_area(entry, widen, values, field, sentence):
    errors = errors_of(lambda: widen(**values))

    assert list(errors) == [field]
    assert sentence in errors[field][0]


def test_a_draft_is_changed_itself(widen, line):
    draft = DecreeFactory(status="draft").lines.create(area=line.area, hectares=9)

    errors = errors_of(lambda: widen(decree_line=draft, hectares=Decimal(4)))

    assert "draf" in errors["hectares"][0]


def test_one_open_proposal_an_entry_and_a_line(propose, widen):
    propose(kind="reverse")
    widen(hectares=Decimal(4))

    assert "sudah diusulkan" in str(errors_of(lambda: propose(kind="reverse")))
    assert "sudah diusulkan" in str(errors_of(lambda: widen(hectares=Decimal(5))))


def test_an_entry_that_does_not_stand_is_not_corrected(entry, propose, verifier):
    reversal = reverse_entry(entry, reason="Salah RT", by=verifier)

    for gone in (entry, reversal):
        with pytest.raises(WrongStateError):
            propose(kind="reverse", entry=gone)


def test_what_surveys_say_is_corrected_by_surveys(line, propose):
    (improved,) = surveyed_twice(line, "heavy", "light")

    with pytest.raises(WrongStateError, match="mengikuti penilaian"):
        propose(kind="reverse", entry=improved)


def test_the_rules_are_asked_again_when_it_is_approved(line, entry, widen, verifier):
    """Between the two the ledger went on."""
    change = widen(hectares=Decimal(2))
    credit_unit(line, line.area.neighbourhoods.get(hectares=2))

    errors = errors_of(lambda: services.approve_change(change, by=verifier))

    assert "mencatat 3 ha" in errors["hectares"][0]
    assert LedgerChange.objects.get().status == "proposed"


def test_an_entry_taken_back_meanwhile_is_told(entry, propose, verifier):
    change = propose(kind="replace", hectares=Decimal("0.4"))
    reverse_entry(entry, reason="Salah RT", by=verifier)

    errors = errors_of(lambda: services.approve_change(change, by=verifier))

    assert "sudah dibalik" in errors["approve"][0]


def test_a_decision_is_taken_once(propose, verifier, second):
    change = propose(kind="reverse")
    services.approve_change(change, by=verifier)

    for call in (services.approve_change, services.reject_change):
        with pytest.raises(WrongStateError):
            call(change, note="Ya", by=second)
    assert LedgerEntry.objects.count() == 2


def test_each_closed_step_says_why(propose, editor, verifier, second):
    change = propose(kind="reverse")

    assert open_names(steps_for(change, verifier)) == ["approve", "reject"]
    reasons = closed_reasons(steps_for(change, editor))
    assert reasons["approve"] == [
        "“Setujui” memerlukan peran Pemeriksa.",
        "Anda yang mengusulkannya. Orang lain yang harus memutuskannya.",
    ]
    services.reject_change(change, note="Tidak", by=verifier)
    change.refresh_from_db()
    assert "Ditolak" in closed_reasons(steps_for(change, second))["approve"][0]


@pytest.mark.usefixtures("committed_db")
def test_one_of_two_simultaneous_decisions_wins():
    province = AgencyFactory(level="province", region=RegionFactory(code="63"))
    people = [
        member(f"verifier{number}", province, Role.PROVINCE_VERIFIER)
        for number in range(7)
    ]
    entry = credit_unit(decreed_area("1")).entry
    change = services.propose_change(
        kind="replace", entry=entry, hectares=Decimal("0.4"), reason="X", by=people[0]
    )

    results = at_once(
        [partial(services.approve_change, change, by=by) for by in people[1:]]
    )

    assert sum(isinstance(r, LedgerChange) for r in results) == 1
    assert sum(isinstance(r, WrongStateError) for r in results) == 5
    assert LiveCredit.objects.get().entry.hectares == Decimal("0.4")


# ---- pages ------------------------------------------------------------------------


def test_a_correction_from_the_entry_to_the_ledger(client, log_in, entry):
    log_in("editor")
    page = client.get(entry.get_absolute_url()).content.decode()
    url = reverse("areas:ledger-entry-correct", args=[entry.pk])
    assert url in page
    assert client.get(url).status_code == 200

    answer = client.post(
        url, {"kind": "replace", "hectares": "0,4", "reason": "Salah ukur"}
    )

    change = LedgerChange.objects.get()
    assert answer.url == change.get_absolute_url()
    shown = client.get(answer.url).content.decode()
    for text in ("1,00", "0,40", "Salah ukur", "Diusulkan", entry.get_absolute_url()):
        assert text in shown
    assert url not in client.get(entry.get_absolute_url()).content.decode()

    log_in("verifier")
    client.post(f"{change.get_absolute_url()}setujui/", {"note": "Sesuai BA"})
    change.refresh_from_db()
    assert change.status == "approved"
    shown = client.get(change.get_absolute_url()).content.decode()
    for text in ("Sesuai BA", change.posted.get_absolute_url(), "Disetujui"):
        assert text in shown
    assert (
        change.get_absolute_url()
        in client.get(entry.get_absolute_url()).content.decode()
    )


def test_an_area_is_corrected_from_its_line(client, log_in, line):
    log_in("editor")
    url = reverse("areas:ledger-line-correct", args=[line.pk])

    client.post(
        url, {"hectares": "3,5", "reason": "Salah cetak", "document": "BA 7/2021"}
    )

    change = LedgerChange.objects.get()
    assert (change.kind, change.hectares) == ("area", Decimal("3.5"))
    log_in("verifier")
    client.post(f"{change.get_absolute_url()}setujui/")
    page = client.get(change.get_absolute_url()).content.decode()
    assert '<data value="3.000000">3,00</data>' in page  # before, not what it is now
    assert "3,50" in page


def test_what_is_wrong_stands_at_its_field(client, log_in, entry):
    log_in("editor")
    url = reverse("areas:ledger-entry-correct", args=[entry.pk])

    page = client.post(url, {"kind": "replace", "hectares": "7", "reason": "Salah"})
    assert "lebih dari luas RT" in page.content.decode()
    page = client.post(url, {"kind": "reverse", "hectares": "7", "reason": "Salah"})
    assert "Kosongkan" in page.content.decode()
    assert not LedgerChange.objects.exists()


def test_an_entry_that_does_not_stand_has_no_form(client, log_in, entry, verifier):
    reverse_entry(entry, reason="Salah RT", by=verifier)
    log_in("editor")

    answer = client.get(
        reverse("areas:ledger-entry-correct", args=[entry.pk]), follow=True
    )

    assert "sudah dibalik" in answer.content.decode()


def test_a_rejection_without_a_note_asks_again(client, log_in, propose, verifier):
    change = propose(kind="reverse")
    log_in("verifier")

    page = client.post(f"{change.get_absolute_url()}tolak/", {"note": ""})

    assert page.status_code == 200
    assert LedgerChange.objects.get().status == "proposed"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2),
        ({"status": "proposed"}, 1),
        ({"kind": "area"}, 1),
        ({"q": "melati"}, 2),
        ({"q": "salah ukur"}, 1),
        ({"regency": "63.71"}, 2),
        ({"status": "rejected", "kind": "area"}, 0),
    ],
)
def test_page_and_api_filter_alike(
    client, log_in, propose, widen, verifier, query, found
):
    services.reject_change(propose(kind="reverse"), note="Tidak", by=verifier)
    widen(hectares=Decimal(4))
    log_in("verifier")

    assert len(client.get(LIST, query).context["object_list"]) == found
    assert client.get(API, query).json()["count"] == found


def test_others_do_not_see_it(client, log_in, propose):
    change = propose(kind="reverse")
    log_in("stranger")

    assert client.get(LIST).context["object_list"].count() == 0
    assert client.get(change.get_absolute_url()).status_code == 404
    assert client.get(f"{API}{change.pk}/").status_code == 404


@pytest.mark.parametrize("url", [LIST, API])
def test_more_corrections_cost_no_more_queries(
    client, log_in, line, editor, queries_of, url
):
    def proposed(count: int) -> None:
        for _number in range(count):
            entry = credit_unit(decreed_area("1", agency=line.area.agency)).entry
            services.propose_change(
                kind="reverse", entry=entry, reason="Salah", by=editor
            )

    proposed(1)
    log_in("verifier")
    few = queries_of(client.get, url)
    proposed(5)

    assert queries_of(client.get, url) == few


def test_an_empty_list_says_where_to_begin(client, log_in):
    log_in("verifier")

    assert "Buka entri" in client.get(LIST).content.decode()


# ---- the API ----------------------------------------------------------------------


def test_a_correction_through_the_api(client, log_in, entry):
    log_in("editor")
    sent = {"kind": "replace", "entry": entry.pk, "hectares": "0.4", "reason": "Salah"}

    answer = client.post(API, sent, content_type="application/json")

    assert answer.status_code == 201
    row = answer.json()
    assert (row["before"], row["after"]) == ("1.000000", "0.400000")
    assert (row["status"], row["open_steps"]) == ("proposed", [])
    assert set(row["closed_steps"]) == {"approve", "reject"}
    log_in("verifier")
    url = f"{API}{row['id']}/"
    assert client.get(url).json()["open_steps"] == ["approve", "reject"]

    answer = client.post(f"{url}approve/", {}, content_type="application/json")

    assert (answer.status_code, answer.json()["status"]) == (200, "approved")
    again = client.post(f"{url}approve/", {}, content_type="application/json")
    assert again.status_code == 409


def test_the_api_refuses_with_the_sentence(client, log_in, entry, line):
    log_in("editor")
    post = partial(client.post, API, content_type="application/json")

    more = {"kind": "replace", "entry": entry.pk, "hectares": "7", "reason": "Salah"}
    answer = post(more)
    assert (answer.status_code, list(answer.json())) == (400, ["hectares"])
    nothing = post({"kind": "area", "hectares": "7", "reason": "Salah"})
    assert nothing.status_code == 400
    log_in("stranger")
    assert "entry" in post(more).json()  # outside the scope: no such entry


def test_who_belongs_to_no_agency_sees_none(client, line):
    client.force_login(UserFactory())

    assert client.get(LIST).context["object_list"].count() == 0


@pytest.mark.parametrize(
    ("person", "offered"), [("editor", True), ("verifier", True), ("head", False)]
)
@pytest.mark.parametrize("page", ["decree", "area"])
def test_the_line_offers_its_correction_to_who_may(
    client, log_in, line, page, person, offered
):
    log_in(person)
    record = line.decree if page == "decree" else line.area

    text = client.get(record.get_absolute_url()).content.decode()

    url = reverse("areas:ledger-line-correct", args=[line.pk])
    assert (url in text) is offered
