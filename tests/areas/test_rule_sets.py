"""Versions of rule sets: drafts, publication, and that the published never change."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from areas import services
from areas.models import Assessment, RuleSet
from areas.results import result_of
from areas.rule_set_diff import differences
from areas.rule_sets import as_rules, published_rules, rule_set_on
from areas.severity import Severity
from core.errors import BusinessRuleError, NotAllowedError, WrongStateError
from tests.cast import member
from tests.committed import _template, at_once, committed_db  # noqa: F401
from tests.factories import AgencyFactory
from tests.factories_areas import (
    NeighbourhoodFactory,
    SlumAreaFactory,
    fill_in,
    rule_set,
    submitted_assessment,
    verified_assessment,
    volumes_of,
)
from tests.rules import PERMEN_02_2016, PERMEN_14_2018

DAY = date(2025, 1, 8)
PARTS = ("aspects", "indicators", "bounds", "decisions")


@pytest.fixture
def draft(administrator) -> RuleSet:
    return services.revise_rule_set(rule_set(), by=administrator)


@pytest.fixture
def area(office):
    """Mantuil with one RT of round denominators."""
    area = SlumAreaFactory(agency=office, name="Mantuil")
    NeighbourhoodFactory(area=area, rt_rw="001")
    return area


def move_class(draft: RuleSet, severity: str, lowest: int) -> None:
    draft.bounds.filter(scale="severity", result=severity).update(lowest=lowest)


# ---- versions ----------------------------------------------------------------


def test_stored_rule_sets_are_those_of_the_files(db):
    assert published_rules()[PERMEN_02_2016.code].indicators == (
        PERMEN_02_2016.indicators
    )
    for seeded in (PERMEN_02_2016, PERMEN_14_2018):
        stored = as_rules(rule_set(seeded.code))
        assert stored.aspects == seeded.aspects
        assert stored.scales == seeded.scales
        assert set(stored.decisions) == set(seeded.decisions)


def test_revision_has_everything_of_its_source(draft):
    source = rule_set()

    assert (draft.code, draft.version, draft.status) == (
        "permen-14-2018-v2",
        2,
        "draft",
    )
    assert draft.based_on == source
    for name in PARTS:
        assert getattr(draft, name).count() == getattr(source, name).count() > 0
    assert differences(source, draft) == []


def test_a_method_has_one_draft_at_a_time(draft, administrator):
    with pytest.raises(BusinessRuleError, match=r"Sudah ada draf.*permen-14-2018-v2"):
        services.revise_rule_set(rule_set(), by=administrator)

    other = services.revise_rule_set(rule_set(PERMEN_02_2016.code), by=administrator)
    assert other.code == "permen-02-2016-v2"


def test_versions_are_numbered_on(draft, administrator):
    services.publish_rule_set(draft, by=administrator)

    from_old = services.revise_rule_set(rule_set(), by=administrator)

    assert (from_old.code, from_old.based_on) == ("permen-14-2018-v3", rule_set())


def test_published_version_is_used_from_then_on(draft, administrator):
    assert rule_set_on(DAY) == rule_set()

    published = services.publish_rule_set(draft, by=administrator)

    assert (published.status, published.published_by) == ("published", administrator)
    assert rule_set_on(DAY) == published
    assert list(published_rules()) == [
        "permen-14-2018-v2",
        "permen-14-2018",
        "permen-02-2016",
    ]


def test_discarded_draft_leaves_its_source(draft, administrator):
    services.discard_rule_set(draft, by=administrator)

    assert not RuleSet.objects.filter(code=draft.code).exists()
    assert len(as_rules(rule_set()).indicators) == 16
    again = services.revise_rule_set(rule_set(), by=administrator)
    assert again.version == 2


def test_broken_draft_is_refused_with_everything_at_once(draft, administrator):
    draft.bounds.filter(scale="legality").delete()
    draft.indicators.filter(code="7b").update(aspect="9")
    draft.decisions.filter(code="A1").delete()
    move_class(draft, "heavy", 81)

    with pytest.raises(BusinessRuleError) as caught:
        services.publish_rule_set(draft, by=administrator)

    assert caught.value.errors == {
        "indicators": ["Indikator 7b menyebut aspek “9” yang tidak ada."],
        "scales.severity": [
            "Tingkat kekumuhan mulai 81 tidak pernah tercapai: jumlah nilai tertinggi"
            " 80."
        ],
        "scales.legality": [
            "Skala “jawaban positif tentang tanah → legal” belum memiliki batas."
        ],
        "decisions": [
            "Tabel prioritas belum memuat baris “Kumuh berat / Tinggi / legal”."
        ],
    }
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    ("service", "step"),
    [
        (services.publish_rule_set, "Terbitkan"),
        (services.discard_rule_set, "Buang draf"),
    ],
)
def test_published_has_no_step_of_a_draft(administrator, service, step):
    with pytest.raises(WrongStateError, match=rf"{step}.*statusnya “Terbit”"):
        service(rule_set(), by=administrator)


def test_draft_is_not_revised(draft, administrator):
    with pytest.raises(WrongStateError, match=r"Buat versi baru.*statusnya “Draf”"):
        services.revise_rule_set(draft, by=administrator)


@pytest.mark.parametrize(
    "service",
    [
        services.revise_rule_set,
        services.publish_rule_set,
        services.discard_rule_set,
    ],
)
@pytest.mark.parametrize("person", ["head", "editor", "verifier", "province_viewer"])
def test_only_administrators_take_steps(request, draft, service, person):
    with pytest.raises(NotAllowedError):
        service(draft, by=request.getfixturevalue(person))

    assert RuleSet.objects.filter(status="draft").get() == draft


def test_step_on_a_draft_that_is_gone(draft, administrator):
    services.discard_rule_set(RuleSet.objects.get(pk=draft.pk), by=administrator)

    for service in (services.publish_rule_set, services.discard_rule_set):
        with pytest.raises(WrongStateError, match="sudah tidak ada"):
            service(draft, by=administrator)


# ---- what a version changes --------------------------------------------------


def test_differences_are_told_row_by_row(draft):
    draft.title = "Permen PUPR 14/2018 (koreksi)"
    draft.save()
    move_class(draft, "heavy", 58)
    draft.indicators.filter(code="2b").update(denominator="existing_road_m")
    draft.decisions.filter(code="A1").update(priority=2)
    draft.aspects.create(code="8", name="Ruang terbuka publik")
    draft.bounds.filter(scale="consideration", result="high").delete()

    found = differences(rule_set(), draft)

    told = {(change.label, change.old, change.new) for change in found}
    assert ("judul", "Permen PUPR 14/2018", "Permen PUPR 14/2018 (koreksi)") in told
    assert ("mulai", "60", "58") in told
    assert ("penyebut", "panjang jalan ideal", "panjang jalan yang ada") in told
    assert ("prioritas", "1", "2") in told
    assert ("ditambahkan", "", "kode: 8; nama: Ruang terbuka publik") in told
    assert any(c.label == "dihapus" and "11" in c.old and not c.new for c in found)
    assert len(found) == 6


# ---- a revision and the surveys before it ------------------------------------


def test_revision_scores_anew_and_old_surveys_keep_theirs(
    area, head, verifier, administrator
):
    """Total 16 is light from 16 on, and no slum where light begins at 20."""
    full = dict.fromkeys(("v1a", "v3a", "v5a"), 100) | {"v6a": 30}
    old = verified_assessment(area, by=head, verifier=verifier, **full)
    assert (old.total, old.severity) == (16, Severity.LIGHT)
    draft = services.revise_rule_set(rule_set(), by=administrator)
    move_class(draft, "light", 20)
    services.publish_rule_set(draft, by=administrator)

    new = submitted_assessment(area, by=head, surveyed_on=DAY, **full)

    old.refresh_from_db()
    again = result_of(old)
    assert new.rule_set.code == "permen-14-2018-v2"
    assert result_of(new).severity == Severity.NOT_SLUM
    assert (old.rule_set, again.total, again.severity) == (
        rule_set(),
        16,
        Severity.LIGHT,
    )


def test_open_survey_keeps_the_rule_set_it_began_with(area, head, administrator):
    begun = services.start_assessment(area, surveyed_on=DAY, by=head)
    draft = services.revise_rule_set(rule_set(), by=administrator)
    move_class(draft, "light", 6)
    services.publish_rule_set(draft, by=administrator)

    fill_in(begun, by=head, volumes=volumes_of(v1a=100, v1c=30))

    found = result_of(Assessment.objects.get(pk=begun.pk))
    assert (found.total, found.severity) == (6, Severity.NOT_SLUM)


def test_survey_names_no_draft(area, head, draft):
    with pytest.raises(BusinessRuleError, match="belum terbit"):
        services.start_assessment(area, surveyed_on=DAY, by=head, rule_set=draft)

    with (
        pytest.raises(IntegrityError, match="hanya memakai aturan yang sudah terbit"),
        transaction.atomic(),
    ):
        Assessment.objects.create(
            area=area, surveyed_on=DAY, created_by=head, rule_set=draft
        )


def test_survey_never_changes_its_rule_set(area, head):
    begun = services.start_assessment(area, surveyed_on=DAY, by=head)
    other = rule_set(PERMEN_02_2016.code)

    with (
        pytest.raises(IntegrityError, match="memakai aturannya untuk selamanya"),
        transaction.atomic(),
    ):
        Assessment.objects.filter(pk=begun.pk).update(rule_set=other)


# ---- the database defends itself ---------------------------------------------

OF_PUBLISHED = "(SELECT id FROM areas_ruleset WHERE code = 'permen-14-2018')"
OF_DRAFT = "(SELECT id FROM areas_ruleset WHERE status = 'draft')"
TABLES = (
    "areas_ruleaspect",
    "areas_ruleindicator",
    "areas_rulebound",
    "areas_ruledecision",
)
INSERTS = {
    "areas_ruleaspect": "(code, name, name_en, rule_set_id) VALUES ('8', 'x', '', {})",
    "areas_ruleindicator": "(aspect, code, measure, name, name_en, short_name,"
    " short_name_en, denominator, source, is_verified, rule_set_id)"
    " VALUES ('1', '1z', 'x', 'x', '', 'x', '', 'buildings', '', true, {})",
    "areas_rulebound": "(scale, lowest, result, source, is_verified, rule_set_id)"
    " VALUES ('score', 90, '7', '', true, {})",
    "areas_ruledecision": "(severity, consideration, is_legal, priority, code,"
    " pattern, source, is_verified, rule_set_id)"
    " VALUES ('not_slum', 'low', true, 9, 'D1', 'renewal', '', true, {})",
}
CHANGES = [
    f"UPDATE areas_ruleset SET title = 'x' WHERE id = {OF_PUBLISHED}",
    f"UPDATE areas_ruleset SET status = 'draft', published_at = NULL"
    f" WHERE id = {OF_PUBLISHED}",
    f"DELETE FROM areas_ruleset WHERE id = {OF_PUBLISHED}",
    *(
        f"UPDATE {t} SET code = code WHERE rule_set_id = {OF_PUBLISHED}"
        for t in TABLES
        if t != "areas_rulebound"
    ),
    f"UPDATE areas_rulebound SET lowest = 1 WHERE rule_set_id = {OF_PUBLISHED}",
    *(f"DELETE FROM {table} WHERE rule_set_id = {OF_PUBLISHED}" for table in TABLES),
    *(f"INSERT INTO {table} {INSERTS[table].format(OF_PUBLISHED)}" for table in TABLES),
    # out of a draft into a published one, and the other way
    f"UPDATE areas_ruleaspect SET rule_set_id = {OF_PUBLISHED}, code = 'x'"
    f" WHERE rule_set_id = {OF_DRAFT} AND code = '1'",
    f"UPDATE areas_ruleaspect SET rule_set_id = {OF_DRAFT}, code = 'x'"
    f" WHERE rule_set_id = {OF_PUBLISHED} AND code = '1'",
]


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("statement", CHANGES)
def test_raw_changes_of_a_published_one_are_refused(draft, statement, role):
    with pytest.raises(IntegrityError, match="sudah terbit dan tidak dapat diubah"):
        run(f"SET LOCAL session_replication_role = {role}; {statement}")


@pytest.mark.parametrize("table", ["areas_ruleset", *TABLES])
def test_the_tables_cannot_be_emptied(db, table):
    with pytest.raises(IntegrityError, match="tidak dapat dikosongkan"):
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_the_same_statements_change_a_draft(draft, table):
    """So the ones above are refused for what they touch, not for how they are built."""
    assert run(f"INSERT INTO {table} {INSERTS[table].format(OF_DRAFT)}") == 1
    assert run(f"DELETE FROM {table} WHERE rule_set_id = {OF_DRAFT}") > 1


def test_the_orm_cannot_change_it_either(db):
    published = rule_set()
    published.title = "Lain"
    for change in (published.save, published.delete, published.bounds.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# ---- at the same moment, really committed ------------------------------------


@pytest.fixture
def committed_administrator(django_db_blocker, committed_db):  # noqa: F811
    with django_db_blocker.unblock():
        yield member("administrator", AgencyFactory(), "administrator")


def test_two_revisions_at_once_make_one_draft(committed_administrator):
    revise = lambda: services.revise_rule_set(  # noqa: E731
        rule_set(), by=committed_administrator
    )

    found = at_once([revise, revise])

    assert sorted(type(result).__name__ for result in found) == [
        "BusinessRuleError",
        "RuleSet",
    ]
    assert RuleSet.objects.filter(status="draft").count() == 1


def test_two_publications_at_once_publish_once(committed_administrator):
    draft = services.revise_rule_set(rule_set(), by=committed_administrator)
    publish = lambda: services.publish_rule_set(  # noqa: E731
        RuleSet.objects.get(pk=draft.pk), by=committed_administrator
    )

    found = at_once([publish, publish])

    assert sorted(type(result).__name__ for result in found) == [
        "RuleSet",
        "WrongStateError",
    ]
