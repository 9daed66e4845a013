"""Lines of a decree that holds stay as printed; so does a footprint once credited."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION areas_decree_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM areas_decree d WHERE d.id = OLD.decree_id AND d.status <> 'draft') THEN
        RAISE EXCEPTION 'Baris SK yang sudah berlaku tidak diubah: buat koreksi luas di buku besar, atau SK baru.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER decree_line_frozen
    BEFORE UPDATE OR DELETE ON areas_decreeline
    FOR EACH ROW EXECUTE FUNCTION areas_decree_line_frozen();
ALTER TABLE areas_decreeline ENABLE ALWAYS TRIGGER decree_line_frozen;

CREATE FUNCTION areas_decree_status_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (
        NEW.status = 'draft'
        OR NEW.region_id <> OLD.region_id
        OR NEW.level <> OLD.level
        OR NEW.scope <> OLD.scope
        OR NEW.counting_unit <> OLD.counting_unit
        OR NEW.issued_on <> OLD.issued_on
        OR NEW.in_force_from <> OLD.in_force_from
        OR NEW.enacted_at <> OLD.enacted_at
        OR NEW.supersedes_id IS DISTINCT FROM OLD.supersedes_id
    ) THEN
        RAISE EXCEPTION 'SK % sudah berlaku: penerbit, wilayah, cakupan, satuan dan tanggalnya tetap.', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decree_status_forward
    BEFORE UPDATE ON areas_decree
    FOR EACH ROW EXECUTE FUNCTION areas_decree_status_forward();
ALTER TABLE areas_decree ENABLE ALWAYS TRIGGER decree_status_forward;

CREATE FUNCTION areas_footprint_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM areas_ledgerentry e JOIN areas_decreeline l ON l.id = e.decree_line_id
        WHERE l.area_id = OLD.area_id AND e.footprint = OLD.key
    ) THEN
        RAISE EXCEPTION 'Jejak pekerjaan % sudah dikreditkan di buku besar, jadi tetap.', OLD.key
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER footprint_frozen
    BEFORE UPDATE OR DELETE ON areas_footprint
    FOR EACH ROW EXECUTE FUNCTION areas_footprint_frozen();
ALTER TABLE areas_footprint ENABLE ALWAYS TRIGGER footprint_frozen;
"""

BACKWARD = """
DROP TRIGGER footprint_frozen ON areas_footprint;
DROP FUNCTION areas_footprint_frozen();
DROP TRIGGER decree_status_forward ON areas_decree;
DROP FUNCTION areas_decree_status_forward();
DROP TRIGGER decree_line_frozen ON areas_decreeline;
DROP FUNCTION areas_decree_line_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0005_first_rule_sets")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
