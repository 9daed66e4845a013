"""Marks of a review: kept over days and rounds, and what verification makes of them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from areas.models import LedgerEntry
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from programs import services
from programs.models import Comment, LineMark, ReportLineUnit
from programs.services import MarkInput
from tests.factories_programs import activity_in, drafted, filled


@pytest.fixture
def road(decree_line, office):
    return activity_in(decree_line, agency=office, name="Jalan", indicator="2b")


@pytest.fixture
def two_lines(activity, road, office, operator, head, period, units):
    """The drain touches the first RT, the road the second one."""

    def one(unit):
        return [{"neighbourhood": unit.pk, "hectares": unit.hectares, "reason": ""}]

    report = drafted(
        office,
        by=operator,
        lines=[
            filled(activity, units=one(units[0])),
            filled(road, units=one(units[1])),
        ],
        period=period,
    )
    return services.submit_report(report, by=head)


@pytest.fixture
def lines(two_lines):
    return list(two_lines.lines.order_by("pk"))


def unit_of(line):
    return line.units.get()


def kept(report):
    marks = LineMark.objects.filter(line__report=report).order_by("line")
    return [(m.line.activity.name, m.mark, m.reason, m.decided) for m in marks]


def test_marks_are_kept_and_can_be_taken_off(two_lines, lines, verifier, units):
    change = MarkInput("fix", "16 KK belum", {unit_of(lines[0]).pk: Decimal("1.2")})
    services.save_marks(
        two_lines,
        marks={lines[0].pk: change, lines[1].pk: MarkInput("ok")},
        by=verifier,
    )
    assert kept(two_lines) == [
        ("Drainase lingkungan", "fix", "16 KK belum", {str(units[0].pk): "1.200000"}),
        ("Jalan", "ok", "", {}),
    ]

    services.save_marks(two_lines, marks={lines[1].pk: MarkInput("")}, by=verifier)
    assert [row[0] for row in kept(two_lines)] == ["Drainase lingkungan"]
    assert not LedgerEntry.objects.exists()


def test_verification_follows_the_marks_and_clears_them(two_lines, lines, verifier):
    change = MarkInput("fix", "16 KK belum", {unit_of(lines[0]).pk: Decimal("1.2")})
    services.save_marks(two_lines, marks={lines[0].pk: change}, by=verifier)

    services.verify_report(two_lines, method="desk", by=verifier)

    first, second = (unit_of(line) for line in lines)
    assert (first.verified, first.verifier_reason) == (Decimal("1.2"), "16 KK belum")
    assert second.verified == second.reported  # no mark: as reported
    assert kept(two_lines) == []


def test_a_rejected_line_posts_nothing(two_lines, lines, verifier):
    marks = {lines[0].pk: MarkInput("no", "salah RT")}
    services.save_marks(two_lines, marks=marks, by=verifier)

    services.verify_report(two_lines, method="desk", by=verifier)

    assert [e.cause for e in LedgerEntry.objects.all()] == ["Jalan"]


@pytest.mark.parametrize(
    ("mark", "path", "sentence"),
    [
        (MarkInput("fix", "belum"), "lines.0.units.0.verified", "Isi hektare"),
        (MarkInput("no"), "lines.0.units.0.reason", "mengapa"),
    ],
)
def test_an_unfinished_mark_can_wait_but_not_be_verified(
    two_lines, lines, verifier, mark, path, sentence
):
    services.save_marks(two_lines, marks={lines[0].pk: mark}, by=verifier)

    with pytest.raises(BusinessRuleError) as refused:
        services.verify_report(two_lines, method="desk", by=verifier)

    assert list(refused.value.errors) == [path]
    assert kept(two_lines)


def test_what_is_decided_in_the_step_goes_before_the_mark(two_lines, lines, verifier):
    services.save_marks(two_lines, marks={lines[0].pk: MarkInput("fix")}, by=verifier)
    unit = unit_of(lines[0])

    services.verify_report(
        two_lines,
        method="desk",
        decisions={unit.pk: services.Decision(unit.reported)},
        by=verifier,
    )

    assert unit_of(lines[0]).verified == unit.reported


def test_marks_of_lines_that_did_not_change_outlive_a_return(
    two_lines, lines, verifier, operator, head, road
):
    marks = {line.pk: MarkInput("ok") for line in lines}
    services.save_marks(two_lines, marks=marks, by=verifier)
    services.return_report(two_lines, reason="Jalan kurang.", by=verifier)
    services.save_report_lines(
        two_lines, lines=[{"activity": road.pk, "volume": Decimal(90)}], by=operator
    )

    services.submit_report(two_lines, by=head)

    assert kept(two_lines) == [("Drainase lingkungan", "ok", "", {})]


def test_a_mark_with_too_many_hectares_is_refused(two_lines, lines, verifier):
    wrong = MarkInput("fix", "lebih", {unit_of(lines[0]).pk: Decimal("1.6")})

    with pytest.raises(BusinessRuleError) as refused:
        services.save_marks(
            two_lines,
            marks={lines[0].pk: wrong, lines[1].pk: MarkInput("nanti")},
            by=verifier,
        )

    assert sorted(refused.value.errors) == ["lines.0.units.0.verified", "lines.1.mark"]
    assert kept(two_lines) == []


def test_lines_and_units_of_other_reports_are_refused(two_lines, lines, verifier):
    foreign = {
        0: MarkInput("ok"),
        lines[0].pk: MarkInput("fix", "", {0: Decimal(0)}),
    }
    with pytest.raises(BusinessRuleError) as refused:
        services.save_marks(two_lines, marks=foreign, by=verifier)

    assert sorted(refused.value.errors) == ["lines", "lines.0.units"]


@pytest.mark.parametrize("person", ["operator", "head", "viewer", "editor"])
def test_only_the_verifier_marks(two_lines, lines, person, request):
    user = request.getfixturevalue(person)
    marks = {lines[0].pk: MarkInput("ok")}

    with pytest.raises(NotAllowedError):
        services.save_marks(two_lines, marks=marks, by=user)
    with pytest.raises(NotAllowedError):
        services.mark_rest_as_reported(two_lines, by=user)


def test_nothing_is_marked_before_the_report_is_submitted(draft, verifier):
    with pytest.raises(WrongStateError, match="Draf"):
        services.save_marks(draft, marks={}, by=verifier)


def test_the_rest_is_marked_but_for_what_says_something_special(
    activity, road, office, operator, head, verifier, period
):
    """Both lines report both RT: the second one repeats the first."""
    report = drafted(
        office, by=operator, lines=[filled(activity), filled(road)], period=period
    )
    services.submit_report(report, by=head)

    left = services.mark_rest_as_reported(report, by=verifier)

    assert left == 1
    assert [row[:2] for row in kept(report)] == [("Drainase lingkungan", "ok")]


# ---- the page --------------------------------------------------------------------


def page_of(report):
    return reverse("programs:report-review", args=[report.pk])


def test_the_page_keeps_marks_and_shows_them_again(client, log_in, two_lines, lines):
    log_in("verifier")
    key = unit_of(lines[0]).neighbourhood_id
    data = {
        "step": "marks",
        f"k{lines[0].pk}-mark": "fix",
        f"k{lines[0].pk}-reason": "16 KK belum",
        f"k{lines[0].pk}-u{key}-verified": "1,2",
        f"k{lines[0].pk}-comment": "Mohon foto @operator",
        f"k{lines[1].pk}-mark": "",
    }

    response = client.post(page_of(two_lines), data, follow=True)

    assert "Tanda tersimpan" in response.text
    assert 'value="fix" checked' in response.text
    assert 'value="1,2"' in response.text
    assert "16 KK belum" in response.text
    assert "1 dari 2" in response.text
    assert Comment.objects.get().line == lines[0]
    assert (
        response.text.count("Mohon foto @operator") == 1
    )  # said, not to be sent again


def test_the_page_marks_the_rest_and_verifies_by_the_marks(
    client, log_in, two_lines, lines
):
    log_in("verifier")
    client.post(page_of(two_lines), {"step": "rest"})
    assert [row[1] for row in kept(two_lines)] == ["ok", "ok"]
    marks = {f"k{line.pk}-mark": "ok" for line in lines}

    response = client.post(
        page_of(two_lines), {"step": "verify", "method": "desk"} | marks
    )

    assert response.url == two_lines.get_absolute_url()
    two_lines.refresh_from_db()
    assert two_lines.status == "verified"


def test_a_refused_verification_says_no_comment_twice(client, log_in, two_lines, lines):
    log_in("verifier")
    data = {"step": "verify", "method": "field", f"k{lines[0].pk}-comment": "Bagus."}
    data |= {f"k{line.pk}-mark": "ok" for line in lines}

    response = client.post(page_of(two_lines), data)

    assert response.status_code == 200
    assert "Bagus." in response.text  # still in its input
    assert not Comment.objects.exists()
    assert kept(two_lines) == []


def test_what_came_back_shows_its_marks_to_the_office(
    client, log_in, two_lines, lines, verifier
):
    marks = {lines[0].pk: MarkInput("no", "Foto bukan dari sini.")}
    comments = {lines[0].pk: "Lihat <b>foto</b> kedua."}
    services.save_marks(two_lines, marks=marks, comments=comments, by=verifier)
    services.return_report(two_lines, reason="Perbaiki.", by=verifier)
    log_in("operator")

    for name in ("report-detail", "report-entry"):
        page = client.get(reverse(f"programs:{name}", args=[two_lines.pk])).text
        assert "Foto bukan dari sini." in page
        assert "Lihat &lt;b&gt;foto&lt;/b&gt; kedua." in page


def test_the_pages_ask_the_same_number_of_queries_for_more_comments(
    client, log_in, two_lines, lines, verifier, queries_of
):
    log_in("verifier")
    for name in ("report-detail", "report-review"):
        url = reverse(f"programs:{name}", args=[two_lines.pk])
        services.add_comment(lines[0], text="Satu.", by=verifier)
        services.add_comment(two_lines, text="Satu.", by=verifier)
        few = queries_of(client.get, url)
        for line in lines:
            services.add_comment(line, text="Lagi.", by=verifier)
        services.add_comment(two_lines, text="Lagi.", by=verifier)
        assert queries_of(client.get, url) == few


def test_units_are_judged_alike_by_mark_and_by_decision(two_lines, lines, verifier):
    """A field check of `whole_as_shown`: 0,85 typed means the RT of 0,848808 ha."""
    marks = {
        lines[1].pk: MarkInput("fix", "utuh", {unit_of(lines[1]).pk: Decimal("0.85")})
    }
    services.save_marks(two_lines, marks=marks, by=verifier)

    services.verify_report(two_lines, method="desk", by=verifier)

    units = ReportLineUnit.objects.filter(line=lines[1])
    assert [u.verified for u in units] == [Decimal("0.848808")]
