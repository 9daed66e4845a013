"""A verified assessment, its units and its volumes never change (design 4.2)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION areas_verified_assessment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'verified' THEN
        RAISE EXCEPTION 'Penilaian % sudah terverifikasi dan tidak dapat diubah.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER assessment_immutable
    BEFORE UPDATE OR DELETE ON areas_assessment
    FOR EACH ROW EXECUTE FUNCTION areas_verified_assessment_guard();
ALTER TABLE areas_assessment ENABLE ALWAYS TRIGGER assessment_immutable;

CREATE FUNCTION areas_verified_unit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    assessment bigint;
BEGIN
    IF TG_TABLE_NAME = 'areas_surveyedunit' THEN
        assessment := CASE WHEN TG_OP = 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
    ELSE
        SELECT u.assessment_id INTO assessment FROM areas_surveyedunit u
        WHERE u.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.unit_id ELSE NEW.unit_id END;
    END IF;
    IF EXISTS (SELECT 1 FROM areas_assessment a WHERE a.id = assessment AND a.status = 'verified') THEN
        RAISE EXCEPTION 'Penilaian % sudah terverifikasi dan tidak dapat diubah.', assessment
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER surveyed_unit_immutable
    BEFORE INSERT OR UPDATE OR DELETE ON areas_surveyedunit
    FOR EACH ROW EXECUTE FUNCTION areas_verified_unit_guard();
ALTER TABLE areas_surveyedunit ENABLE ALWAYS TRIGGER surveyed_unit_immutable;
CREATE TRIGGER indicator_value_immutable
    BEFORE INSERT OR UPDATE OR DELETE ON areas_indicatorvalue
    FOR EACH ROW EXECUTE FUNCTION areas_verified_unit_guard();
ALTER TABLE areas_indicatorvalue ENABLE ALWAYS TRIGGER indicator_value_immutable;
"""

BACKWARD = """
DROP TRIGGER indicator_value_immutable ON areas_indicatorvalue;
DROP TRIGGER surveyed_unit_immutable ON areas_surveyedunit;
DROP FUNCTION areas_verified_unit_guard();
DROP TRIGGER assessment_immutable ON areas_assessment;
DROP FUNCTION areas_verified_assessment_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_ledger_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
