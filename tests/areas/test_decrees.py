"""Decrees from draft to force: the mapping, the comparison, the file, the baselines."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import User
from areas import services
from areas.decree_comparison import compare, compared, totals_by_kind
from areas.decree_mapping import (
    MappingRow,
    lines_of,
    mapping_problems,
    propose_mapping,
    rows_of_pairs,
)
from areas.decree_workflow import steps_for
from areas.figures import figures
from areas.ledger_corrections import correct_area
from areas.models import Decree, DecreeLine, LineSuccession, SlumArea
from areas.services.decree_files import file_problem
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from core.workflow import closed_reasons, open_names
from tests.cast import member
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory, UserFactory
from tests.factories_areas import (
    DecreeFactory,
    DecreeLineFactory,
    SlumAreaFactory,
)
from tests.factories_ledger import credit_unit, decreed_area

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
BEGINS = date(2024, 7, 1)


def errors_of(call, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(BusinessRuleError) as caught:
        call(*args, **kwargs)
    return caught.value.errors


def line(decree: Decree, name: str, hectares: str, area: SlumArea | None = None):
    return DecreeLineFactory(
        decree=decree,
        area=area or SlumAreaFactory(name=name, agency__region__code="63.71"),
        hectares=Decimal(hectares),
    )


@pytest.fixture
def old(region_tree) -> Decree:
    """549.70 ha in five areas, in force since 2020."""
    decree = DecreeFactory(number="SK LAMA", region=region_tree["63"])
    for name, hectares in OLD.items():
        line(decree, name, hectares)
    return decree


@pytest.fixture
def draft(old) -> Decree:
    """508.48 ha: one area as before, one corrected, one split, two merged, one new."""
    decree = DecreeFactory(
        number="SK BARU", region=old.region, status="draft", issued_on=BEGINS
    )
    decree.supersedes = old
    decree.save()
    kept = {row.area.name: row.area for row in old.lines.select_related("area")}
    for name, hectares in NEW.items():
        line(decree, name, hectares, kept.get(name))
    return decree


OLD = {
    "Alalak": "100",
    "Basirih": "149.7",
    "Kelayan": "120",
    "Mantuil": "80",
    "Pelambuan": "60",
    "Teluk Dalam": "40",
}
NEW = {
    "Alalak": "100",
    "Basirih": "120.48",
    "Kelayan Barat": "70",
    "Kelayan Timur": "45",
    "Mantuil": "138",
    "Sungai Jelai": "35",
}


def pairs(decree: Decree, *names: tuple[str, str]) -> list[MappingRow]:
    """Rows of these areas: `("Kelayan", "Kelayan Barat")`; empty for no line."""
    before = {row.area.name: row for row in lines_of(decree.supersedes)}
    after = {row.area.name: row for row in lines_of(decree)}
    return rows_of_pairs([(before.get(one), after.get(two)) for one, two in names])


def whole(decree: Decree) -> list[MappingRow]:
    """What really happened between the two decrees."""
    return pairs(
        decree,
        ("Alalak", "Alalak"),
        ("Basirih", "Basirih"),
        ("Kelayan", "Kelayan Barat"),
        ("Kelayan", "Kelayan Timur"),
        ("Mantuil", "Mantuil"),
        ("Pelambuan", "Mantuil"),
        ("Teluk Dalam", ""),
        ("", "Sungai Jelai"),
    )


# ---- two baselines -----------------------------------------------------------


@pytest.mark.django_db
def test_a_new_decree_is_a_new_baseline_and_both_stay_answerable(old, draft, editor):
    """549.70 becomes 508.48: no line is drawn across the two."""

    def decreed(on: date, **known) -> tuple[Decimal, tuple[str, ...]]:
        found = figures(SlumArea.objects.all(), as_of=on, **known)
        return found.total.decreed, tuple(found.baseline)

    before, after = BEGINS - timedelta(days=1), BEGINS + timedelta(days=30)
    services.set_mapping(draft, whole(draft), by=editor)
    assert decreed(after) == (Decimal("549.7"), ("SK LAMA",))  # a draft counts nowhere

    new = services.enact_decree(draft, by=editor)

    assert decreed(before) == (Decimal("549.7"), ("SK LAMA",))
    assert decreed(BEGINS) == (Decimal("508.48"), ("SK BARU",))
    assert decreed(after, known_at=new.enacted_at) == (Decimal("549.7"), ("SK LAMA",))
    later = timezone.now()
    assert decreed(after, known_at=later) == (Decimal("508.48"), ("SK BARU",))
    assert decreed(before, known_at=later) == (Decimal("549.7"), ("SK LAMA",))


@pytest.mark.django_db
def test_handled_under_the_old_decree_is_not_carried_over(editor, verifier, office):
    credited = decreed_area("2", "3", agency=office)
    credit_unit(credited, by=verifier, effective_on=date(2021, 12, 31))
    new = services.create_decree(
        by=editor,
        number="SK BARU",
        level="governor",
        region=credited.decree.region,
        issued_on=date(2022, 1, 1),
        supersedes=credited.decree,
    )
    services.set_decree_lines(new, [(credited.area, Decimal("4.5"))], by=editor)
    services.set_mapping(new, propose_mapping(new), by=editor)
    services.enact_decree(new, by=editor)

    def handled(on: date) -> tuple[Decimal, Decimal]:
        total = figures(SlumArea.objects.all(), as_of=on).total
        return total.decreed, total.handled

    assert handled(date(2021, 12, 31)) == (Decimal(5), Decimal(2))
    assert handled(date(2022, 1, 1)) == (Decimal("4.5"), Decimal(0))


# ---- the step ----------------------------------------------------------------


@pytest.mark.django_db
def test_everything_against_the_step_is_told_at_once(old, editor, region_tree):
    draft = services.create_decree(
        by=editor,
        number="SK AWAL",
        level="governor",
        region=region_tree["63"],
        issued_on=date(2019, 1, 1),
        supersedes=old,
    )

    errors = errors_of(services.enact_decree, draft, by=editor)

    assert errors == {
        "lines": ["SK belum memuat kawasan. Isi kawasannya beserta luasnya."],
        "in_force_from": [
            "SK ini harus mulai berlaku setelah SK LAMA, yang berlaku sejak 1 Jan 2020."
        ],
        "mapping": [
            "Konfirmasi dahulu, baris demi baris, menjadi apa SK LAMA dalam SK ini."
        ],
    }
    offered = steps_for(draft, editor)
    assert open_names(offered) == []
    assert set(closed_reasons(offered)["enact"]) == {
        text for texts in errors.values() for text in texts
    }


@pytest.mark.django_db
def test_work_under_the_old_decree_comes_before_the_new_one(
    old, draft, editor, verifier
):
    services.set_mapping(draft, whole(draft), by=editor)
    worked = old.lines.first()
    credit_unit(worked, footprint="kegiatan-7", by=verifier, effective_on=BEGINS)

    errors = errors_of(services.enact_decree, draft, by=editor)

    assert list(errors) == ["in_force_from"]
    assert "1 Jul 2024" in errors["in_force_from"][0]


@pytest.mark.django_db
def test_a_decree_per_village_names_the_village_of_each_line(editor, region_tree):
    decree = DecreeFactory(status="draft", counting_unit="village")
    row = line(decree, "Mantuil", "4")
    place = f"lines.{row.area_id}.village"

    assert list(errors_of(services.enact_decree, decree, by=editor)) == [place]

    mantuil = region_tree["63.71.01.1001"]
    services.set_decree_lines(decree, [(row.area, Decimal(4), mantuil)], by=editor)
    services.enact_decree(decree, by=editor)
    other = SlumAreaFactory(agency__region__code="63.71")
    lines = [(row.area, Decimal(4), mantuil), (other, Decimal(2))]
    errors = errors_of(services.set_decree_lines, decree, lines, by=editor)

    assert list(errors) == [f"lines.{other.pk}.village"]


@pytest.mark.django_db
def test_only_a_draft_is_put_into_force_and_only_by_its_editor(
    old, draft, editor, head
):
    with pytest.raises(WrongStateError, match="Berlakukan"):
        services.enact_decree(old, by=editor)
    with pytest.raises(NotAllowedError, match="Kalimantan Selatan"):
        services.enact_decree(draft, by=head)
    assert open_names(steps_for(draft, head)) == []


@pytest.mark.django_db
def test_a_second_decree_of_the_issuer_is_refused_in_one_sentence(
    old, editor, region_tree
):
    other = DecreeFactory(status="draft", region=region_tree["63"])
    line(other, "Mantuil Hulu", "3")

    errors = errors_of(services.enact_decree, other, by=editor)

    assert errors == {"__all__": [TWICE]}


TWICE = (
    "SK lain dari penerbit ini tentang kawasan yang sama berlaku pada hari-hari itu."
    " Nyatakan SK mana yang digantikan."
)


def enact(decree_key: int, user_key: int) -> Decree:
    user = User.objects.get(pk=user_key)
    return services.enact_decree(Decree(pk=decree_key), by=user)


@pytest.mark.usefixtures("committed_db")
def test_two_drafts_at_the_same_moment_one_is_in_force(django_db_blocker):
    with django_db_blocker.unblock():
        province = AgencyFactory(level="province", region__code="63")
        editor = member("editor", province, "province_editor")
        drafts = [DecreeFactory(status="draft") for _number in range(2)]
        for number, draft in enumerate(drafts):
            line(draft, f"Kawasan {number}", "3")

        results = at_once(
            [lambda key=draft.pk: enact(key, editor.pk) for draft in drafts]
        )

        refused = [one for one in results if isinstance(one, BusinessRuleError)]
        assert [str(one) for one in refused] == [TWICE]
        assert Decree.objects.filter(status="in_force").count() == 1


# ---- the mapping -------------------------------------------------------------


@pytest.mark.django_db
def test_the_proposal_pairs_lines_of_the_same_area(draft):
    proposed = {
        (row.old and row.old.area.name, row.new and row.new.area.name): row.kind
        for row in propose_mapping(draft)
    }

    assert proposed == {
        ("Alalak", "Alalak"): "same",
        ("Basirih", "Basirih"): "corrected",
        ("Kelayan", None): "removed",
        ("Mantuil", "Mantuil"): "corrected",
        ("Pelambuan", None): "removed",
        ("Teluk Dalam", None): "removed",
        (None, "Kelayan Barat"): "new",
        (None, "Kelayan Timur"): "new",
        (None, "Sungai Jelai"): "new",
    }


@pytest.mark.django_db
def test_a_mapping_is_changed_and_the_trail_keeps_what_was_said(draft, editor):
    services.set_mapping(draft, propose_mapping(draft), by=editor)
    stored = services.set_mapping(draft, whole(draft), by=editor)

    assert sorted(row.kind for row in stored) == sorted(
        ["same", "corrected", "split", "split", "merged", "merged", "removed", "new"]
    )
    events = LineSuccession.pgh_event_model.objects
    assert events.filter(pgh_label="insert").count() == 9 + 3
    assert events.filter(pgh_label="update").count() == 1  # Mantuil: now a merger
    assert events.filter(pgh_label="delete").count() == 4


def changed(rows, old="", new="", **values):
    """The rows with one of them, found by its areas, otherwise."""
    found = []
    for row in rows:
        names = (
            row.old.area.name if row.old else "",
            row.new.area.name if row.new else "",
        )
        if names == (old, new):
            if not values:
                continue
            parts = {"old": row.old, "new": row.new, "kind": row.kind} | values
            row = MappingRow(**parts)
        found.append(row)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("Basirih", "Basirih", {"kind": "same"}), "luasnya berbeda"),
        (("Alalak", "Alalak", {"kind": "corrected"}), "luasnya sama"),
        (("Kelayan", "Kelayan Timur", {}), "paling sedikit dua baris baru"),
        (("Pelambuan", "Mantuil", {}), "paling sedikit dua baris lama"),
        (("Kelayan", "Kelayan Timur", {"kind": "corrected"}), "adalah pemecahan"),
        (("Pelambuan", "Mantuil", {"kind": "corrected"}), "adalah penggabungan"),
        (("Teluk Dalam", "", {}), "nyatakan menjadi apa"),
        (("", "Sungai Jelai", {}), "nyatakan dari mana"),
        (("Teluk Dalam", "", {"kind": "same"}), "satu baris dari masing-masing SK"),
        (("Alalak", "Alalak", {"kind": "new"}), "di satu sisi"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(draft, editor, wrong, sentence):
    old, new, values = wrong

    errors = errors_of(
        services.set_mapping,
        draft,
        changed(whole(draft), old, new, **values),
        by=editor,
    )

    assert any(sentence in text for texts in errors.values() for text in texts), errors
    assert not draft.successions.exists()


@pytest.mark.django_db
def test_lines_of_other_decrees_and_tangles_are_refused(draft, editor):
    stranger = DecreeLineFactory(decree__level="mayor", decree__region__code="63.71")
    rows = [*whole(draft), MappingRow(stranger, None, "removed")]
    tangled = [*whole(draft), *pairs(draft, ("Kelayan", "Mantuil"))]

    strange = errors_of(services.set_mapping, draft, rows, by=editor)
    knot = errors_of(services.set_mapping, draft, tangled, by=editor)

    assert list(strange) == ["mapping"]
    assert "dipecah dan sekaligus digabung" in " ".join(sum(knot.values(), []))


@pytest.mark.django_db
def test_a_line_changed_after_the_mapping_asks_for_it_again(draft, editor):
    services.set_mapping(draft, whole(draft), by=editor)
    assert open_names(steps_for(draft, editor)) == ["enact"]

    wanted = [
        (row.area, row.hectares + (row.area.name == "Alalak"))
        for row in draft.lines.select_related("area")
    ]
    services.set_decree_lines(draft, wanted, by=editor)

    assert list(errors_of(services.enact_decree, draft, by=editor)) == ["mapping"]


# ---- the comparison ----------------------------------------------------------


@pytest.mark.django_db
def test_the_comparison_leads_exactly_from_the_old_total_to_the_new(draft, editor):
    services.set_mapping(draft, whole(draft), by=editor)

    found = compare(draft)

    assert (found.old_hectares, found.new_hectares) == (
        Decimal("549.7"),
        Decimal("508.48"),
    )
    assert {total.kind: (total.difference, total.end) for total in found.kinds} == {
        "same": (Decimal(0), Decimal("549.7")),
        "corrected": (Decimal("-29.22"), Decimal("520.48")),
        "split": (Decimal(-5), Decimal("515.48")),
        "merged": (Decimal(-2), Decimal("513.48")),
        "removed": (Decimal(-40), Decimal("473.48")),
        "new": (Decimal(35), Decimal("508.48")),
    }
    assert found.is_confirmed
    split = [row for row in found.lines if row.kind == "split"]
    assert [row.old_hectares for row in split] == [Decimal(120), None]
    assert [row.difference for row in split] == [Decimal(-5), None]


@pytest.mark.django_db
def test_the_comparison_counts_area_corrections(old, draft, verifier):
    alalak = old.lines.get(area__name="Alalak")
    correct_area(
        alalak,
        hectares=Decimal("98.5"),
        reason="Salah cetak",
        document="BA 1",
        by=verifier,
    )

    found = compare(draft)

    assert found.old_hectares == Decimal("548.2")
    assert not found.is_confirmed


def bare_line(key: int, hectares: Decimal) -> DecreeLine:
    """A line of an area of its own, without a database."""
    area = SlumArea(pk=key, name=f"Kawasan {key}", regency_id="63.71")
    made = DecreeLine(pk=key, area=area, hectares=hectares)
    DecreeLine.sum.related.set_cached_value(made, None)
    return made


SIDES = st.sampled_from(
    [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (1, 0), (0, 1)]  # old lines, new lines
)
MILLIONTHS = st.lists(st.integers(1, 10**10), min_size=4, max_size=4)


# The first draw reads the constants of all modules, which a busy machine finds slow.


@given(changes=st.lists(st.tuples(SIDES, MILLIONTHS), max_size=6))
def test_any_changes_add_up_and_are_accepted(changes):
    """Whatever was unchanged, split, merged, removed, new: nothing is lost or twice."""
    keys = count(1)
    old, new, made = [], [], []
    for (before, after), sizes in changes:
        lines = [bare_line(next(keys), Decimal(size) / 10**6) for size in sizes]
        olds, news = lines[:before], lines[before : before + after]
        old, new = old + olds, new + news
        made += [(one, two) for one in olds or [None] for two in news or [None]]
    rows = rows_of_pairs(made)

    lines = compared(rows)
    totals = totals_by_kind(lines)

    assert mapping_problems(rows, old, new) == {}
    before, after = (sum((x.hectares for x in side), Decimal(0)) for side in (old, new))
    assert before + sum(total.difference for total in totals) == after
    assert totals[0].start == before
    assert totals[-1].end == after
    assert sum(row.difference or 0 for row in lines) == after - before
    assert sum(row.old_hectares or 0 for row in lines) == before
    assert sum(total.old_lines for total in totals) == len(old)
    assert sum(total.new_lines for total in totals) == len(new)


# ---- the file ----------------------------------------------------------------


def upload(content: bytes = PDF, name: str = "sk.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas kosong"),
        (b"PK\x03\x04 a Word file", "bukan PDF"),
        (b"\xff\xd8\xff a photo %PDF-", "bukan PDF"),
        (PDF[:-6], "berakhir terlalu awal"),
        (PDF + b" " * 5000 + b"x" * 100, "berakhir terlalu awal"),
        (PDF, ""),
        (PDF + b"\n\n", ""),
    ],
)
def test_a_file_is_a_whole_pdf(content, sentence):
    found = file_problem(upload(content), most=1 << 20)

    assert sentence in found
    assert bool(sentence) == bool(found)


def test_a_file_has_a_limit():
    large = upload(PDF + b" " * (2 << 20))

    assert "lebih besar dari 2 MB" in file_problem(large, most=2 << 20)


@pytest.mark.django_db
def test_a_file_is_kept_by_its_content_and_its_replacement_leaves_a_trail(
    old, editor, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    first = services.attach_decree_file(
        old, file=upload(name="../../SK Kumuh.pdf"), by=editor
    )
    same = services.attach_decree_file(old, file=upload(name="lagi.pdf"), by=editor)
    later = services.attach_decree_file(old, file=upload(PDF + b"\n"), by=editor)

    assert first.file_name == "SK Kumuh.pdf"
    assert first.file.name == f"sk/{first.file_sha256}.pdf" == same.file.name
    assert len(list(tmp_path.glob("sk/*"))) == 2
    events = Decree.pgh_event_model.objects.filter(pgh_obj_id=old.pk)
    kept = list(events.order_by("pgh_id").values_list("file_name", flat=True))
    assert kept[-3:] == ["SK Kumuh.pdf", "lagi.pdf", "sk.pdf"]
    with later.file.open() as kept_file:
        assert kept_file.read() == PDF + b"\n"


@pytest.mark.django_db
def test_a_file_of_another_region_is_not_ones_business(old, head):
    with pytest.raises(NotAllowedError):
        services.attach_decree_file(old, file=upload(), by=head)


# ---- who sees drafts ---------------------------------------------------------


@pytest.mark.django_db
def test_a_draft_is_seen_only_by_who_may_edit_it(old, draft, request):
    def sees(person: str) -> bool:
        user = request.getfixturevalue(person)
        seen = draft in Decree.objects.visible_to(user)
        lines = DecreeLine.objects.visible_to(user).filter(decree=draft)
        assert lines.exists() == seen
        assert old in Decree.objects.visible_to(user)
        return seen

    people = (
        "editor",
        "verifier",
        "province_viewer",
        "administrator",
        "head",
        "viewer",
    )
    assert {person for person in people if sees(person)} == {"editor"}
    assert not Decree.objects.visible_to(UserFactory()).exists()


@pytest.mark.django_db
def test_review_clock_runs_only_while_a_decree_holds(region_tree):
    DecreeFactory(status="draft", issued_on=date(2010, 1, 1))
    DecreeFactory(issued_on=date(2010, 1, 1), in_force_until=date(2015, 1, 1))

    assert not Decree.objects.review_due(date(2026, 1, 1)).exists()
