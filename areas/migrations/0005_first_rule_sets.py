"""The rule sets of 2016 and 2018, published; the catalogue of interventions."""

from django.db import migrations
from django.utils import timezone

from areas.intervention_seeds import read_interventions
from areas.rule_seeds import CODES, read_seed

PARTS = {
    "aspects": "RuleAspect",
    "indicators": "RuleIndicator",
    "bounds": "RuleBound",
    "decisions": "RuleDecision",
}


def store_rule_sets(apps, schema_editor):
    """Each as a draft with its parts, then published; those that are there stay."""
    RuleSet = apps.get_model("areas", "RuleSet")
    for code in CODES:
        if RuleSet.objects.filter(code=code).exists():
            continue
        data = read_seed(code)
        parts = {name: data.pop(name) for name in PARTS}
        row = RuleSet.objects.create(**data)
        for name, model in PARTS.items():
            rows = apps.get_model("areas", model)
            rows.objects.bulk_create(rows(rule_set=row, **part) for part in parts[name])
        RuleSet.objects.filter(pk=row.pk).update(
            status="published", published_at=timezone.now()
        )


def store_interventions(apps, schema_editor):
    Intervention = apps.get_model("areas", "Intervention")
    Effect = apps.get_model("areas", "InterventionEffect")
    for data in read_interventions():
        measures = data.pop("measures")
        row, is_new = Intervention.objects.get_or_create(code=data.pop("code"), defaults=data)
        if is_new:
            Effect.objects.bulk_create(
                Effect(intervention=row, measure=measure) for measure in measures
            )


class Migration(migrations.Migration):
    dependencies = [("areas", "0004_published_rule_set_immutable")]
    operations = [
        migrations.RunPython(store_rule_sets, migrations.RunPython.noop),
        migrations.RunPython(store_interventions, migrations.RunPython.noop),
    ]
