"""A published rule set never changes: assessments name it for ever (design 4.2)."""

from django.db import migrations

PARTS = ("areas_ruleaspect", "areas_ruleindicator", "areas_rulebound", "areas_ruledecision")

FORWARD = """
CREATE FUNCTION areas_published_rule_set_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'published' THEN
        RAISE EXCEPTION 'Aturan penilaian % sudah terbit dan tidak dapat diubah; buat versi baru.', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER rule_set_immutable
    BEFORE UPDATE OR DELETE ON areas_ruleset
    FOR EACH ROW EXECUTE FUNCTION areas_published_rule_set_guard();
ALTER TABLE areas_ruleset ENABLE ALWAYS TRIGGER rule_set_immutable;

CREATE FUNCTION areas_rule_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever publishes holds the head: a part waits for that and then sees it.
    PERFORM 1 FROM areas_ruleset r WHERE r.id IN (
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.rule_set_id END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.rule_set_id END
    ) FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM areas_ruleset r WHERE r.status = 'published'
        AND r.id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.rule_set_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.rule_set_id END
        )
    ) THEN
        RAISE EXCEPTION 'Aturan penilaian sudah terbit dan tidak dapat diubah; buat versi baru.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION areas_rule_set_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Aturan penilaian tidak dapat dikosongkan.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rule_set_no_truncate
    BEFORE TRUNCATE ON areas_ruleset
    FOR EACH STATEMENT EXECUTE FUNCTION areas_rule_set_refuse_truncate();
ALTER TABLE areas_ruleset ENABLE ALWAYS TRIGGER rule_set_no_truncate;
""" + "".join(
    f"""
CREATE TRIGGER rule_part_immutable
    BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION areas_rule_part_guard();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER rule_part_immutable;
CREATE TRIGGER rule_part_no_truncate
    BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION areas_rule_set_refuse_truncate();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER rule_part_no_truncate;
"""
    for table in PARTS
) + """
CREATE FUNCTION areas_assessment_rule_set_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.rule_set_id <> OLD.rule_set_id THEN
        RAISE EXCEPTION 'Penilaian % memakai aturannya untuk selamanya.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM areas_ruleset r WHERE r.id = NEW.rule_set_id AND r.status = 'published'
    ) THEN
        RAISE EXCEPTION 'Penilaian hanya memakai aturan yang sudah terbit.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_rule_set_published
    BEFORE INSERT OR UPDATE OF rule_set_id ON areas_assessment
    FOR EACH ROW EXECUTE FUNCTION areas_assessment_rule_set_guard();
ALTER TABLE areas_assessment ENABLE ALWAYS TRIGGER assessment_rule_set_published;
"""

BACKWARD = """
DROP TRIGGER assessment_rule_set_published ON areas_assessment;
DROP FUNCTION areas_assessment_rule_set_guard();
""" + "".join(
    f"DROP TRIGGER rule_part_no_truncate ON {table};\n"
    f"DROP TRIGGER rule_part_immutable ON {table};\n"
    for table in PARTS
) + """
DROP TRIGGER rule_set_no_truncate ON areas_ruleset;
DROP FUNCTION areas_rule_set_refuse_truncate();
DROP FUNCTION areas_rule_part_guard();
DROP TRIGGER rule_set_immutable ON areas_ruleset;
DROP FUNCTION areas_published_rule_set_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0003_verified_assessment_immutable")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
