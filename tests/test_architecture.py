"""The code itself: who imports whom, what deletion takes along, what is atomic."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
LAYERS = [
    "core",
    "agencies",
    "areas",
    "programs",
    "coordination",
    "dashboard",
    "kumuh",
]
OWN_APPS = LAYERS[:-1]

# Deletion goes on to these rows; everything else is protected. Each has its reason.
CASCADES = {
    ("agencies.ApiToken", "user"): "knox; users are deactivated, not deleted",
    ("agencies.AgencyAlias", "agency"): "a name of the agency, nothing else",
    ("agencies.Membership", "user"): "a right of the person, nothing else",
    ("agencies.RegionBoundary", "region"): "a picture of the region",
    ("areas.ActingAgency", "area"): "says who works in the area",
    (
        "areas.IndicatorValue",
        "unit",
    ): "part of an assessment; verified ones are guarded",
    ("areas.InterventionEffect", "intervention"): "says what it improves",
    ("areas.LineSuccession", "decree"): "part of a draft; lines in force stay",
    ("areas.LineSuccession", "new_line"): "a line that a draft no longer has",
    ("areas.PublishedResult", "source"): "a row of the document",
    ("areas.RuleAspect", "rule_set"): "part of a rule set; published ones are guarded",
    ("areas.RuleBound", "rule_set"): "part of a rule set, guarded as well",
    ("areas.RuleDecision", "rule_set"): "part of a rule set, guarded as well",
    ("areas.RuleIndicator", "rule_set"): "part of a rule set, guarded as well",
    ("areas.SurveyedUnit", "assessment"): "part of an assessment, guarded as well",
    ("agencies.Notice", "user"): "told to the person, nothing else",
    ("agencies.NoticeChoice", "user"): "a choice of the person, nothing else",
    ("agencies.SentMail", "user"): "sent to the person, nothing else",
    ("coordination.AgendaItem", "meeting"): "part of a meeting, guarded once closed",
    ("coordination.AgendaRegion", "item"): "part of an agenda item",
    ("coordination.Attendance", "meeting"): "part of a meeting, guarded as well",
    ("coordination.CommitmentActivity", "commitment"): "a tie; updates tell of it",
    ("coordination.CommitmentArea", "commitment"): "part of a promise, guarded as well",
    (
        "coordination.CommitmentSupporter",
        "commitment",
    ): "part of a promise, guarded as well",
    ("coordination.GroupMember", "group"): "part of a group",
    ("coordination.GroupPlan", "group"): "part of a group",
    ("coordination.Invitation", "meeting"): "part of a meeting, guarded as well",
    ("coordination.OutreachArea", "outreach"): "part of an outreach",
    ("coordination.OutreachPartner", "outreach"): "part of an outreach",
    ("coordination.Speaker", "meeting"): "part of a meeting, guarded as well",
    ("core.IdempotencyKey", "user"): "an answer to the person, nothing else",
    ("programs.Attachment", "line"): "evidence of a line; PUT keeps such lines",
    ("programs.Attachment", "report"): "evidence of a report",
    ("programs.BudgetVersion", "programme"): "part of a programme",
    ("programs.Comment", "line"): "said of a line",
    ("programs.Comment", "report"): "said of a report",
    ("programs.CommentMention", "comment"): "part of a comment",
    ("programs.CommentMention", "user"): "that the person was told, nothing else",
    ("programs.ContractAddendum", "activity"): "part of an activity",
    ("programs.FundingLeg", "activity"): "part of an activity",
    ("programs.LineMark", "line"): "a note on a line, kept until it is verified",
    ("programs.PhysicalOutput", "line"): "part of a line",
    ("programs.ReportLine", "report"): "part of a report",
    ("programs.ReportLineUnit", "line"): "part of a report",
    ("programs.ReportRound", "report"): "part of a report",
    ("programs.Target", "version"): "part of a version of the budget",
}


def modules_of(layer: str) -> Iterator[Path]:
    return (p for p in (ROOT / layer).rglob("*.py") if "migrations" not in p.parts)


def imports_of(path: Path) -> set[str]:
    """The first part of every module name that the file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("layer", OWN_APPS)
def test_layer_never_imports_upward(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :])
    offenders = {
        str(path.relative_to(ROOT)): sorted(imports_of(path) & above)
        for path in modules_of(layer)
        if imports_of(path) & above
    }
    assert offenders == {}


@pytest.mark.parametrize("layer", OWN_APPS)
def test_only_api_modules_know_drf(layer):
    offenders = [
        str(path.relative_to(ROOT))
        for path in modules_of(layer)
        if "rest_framework" in imports_of(path)
        and not {"api", "parsers"} & {*path.relative_to(ROOT).with_suffix("").parts}
    ]
    assert offenders == []


def service_files() -> Iterator[Path]:
    for layer in OWN_APPS:
        for path in modules_of(layer):
            if path.name == "services.py" or path.parent.name == "services":
                yield path


def test_every_public_service_is_atomic():
    """Tests run inside a transaction, so they cannot notice a missing one."""
    bare = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in service_files()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "by" in {arg.arg for arg in node.args.kwonlyargs}
        and "transaction.atomic" not in map(ast.unparse, node.decorator_list)
    ]
    assert bare == []


def test_services_were_found():
    assert len(list(service_files())) >= 3


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS and not model.__name__.endswith("Event")
    ]


def test_deletion_is_protected_unless_listed():
    cascades = {
        (model._meta.label, field.name)
        for model in own_models()
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.on_delete is models.CASCADE
    }
    assert cascades == set(CASCADES)


def test_every_domain_model_is_in_the_trail():
    """Append-only records and pictures need none; everything else has a trigger."""
    exempt = {
        "agencies.Region": "reference data from a package",
        "agencies.RegionBoundary": "a picture",
        "agencies.Notice": "told once, never changed but for being read",
        "agencies.SentMail": "a log itself",
        "core.IdempotencyKey": "thrown away after a few days",
        "areas.LedgerEntry": "append-only: it is its own trail",
        "areas.LedgerSource": "what a programme is called; the programme has a trail",
        "areas.LineSum": "written by the ledger's trigger",
        "areas.LineTotal": "written by the ledger's trigger",
        "areas.LiveCredit": "written by the ledger's trigger",
    }
    untracked = {
        model._meta.label
        for model in own_models()
        if not any(
            m._meta.label == f"{model._meta.label}Event" for m in apps.get_models()
        )
        and not model._meta.auto_created
    }
    assert untracked == set(exempt)


def test_constraints_speak_the_users_language():
    """A constraint that a form can show has its own sentence."""
    silent = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.violation_error_message
        == models.UniqueConstraint.default_violation_error_message
        and model._meta.label
        in {"areas.SlumArea", "areas.Neighbourhood", "programs.Programme"}
    ]
    assert silent == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_the_api_schema_is_complete():
    """Every endpoint, filter and type is known to the schema: no warning, no error."""
    call_command(
        "spectacular",
        generator_class="drf_spectacular.generators.SchemaGenerator",  # made anew
        validate=True,
        fail_on_warn=True,
        file=os.devnull,
    )


# Codes of regions are text, ids of fields are too.
TEXT_KEYS = re.compile(r"(regency|region|village)\.pk|auto_id|field_id")


def test_keys_are_not_written_as_numbers():
    """`{{ area.pk }}` reads 1.234 from 1000 on: a key is written with stringformat."""
    pattern = re.compile(r"\{\{\s*[\w.]*(?:\.pk|\.id|_id)\s*\}\}")
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "templates").rglob("*.html")
        for found in pattern.findall(path.read_text())
        if not TEXT_KEYS.search(found)
    ]
    assert wrong == []
