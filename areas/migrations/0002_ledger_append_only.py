"""The ledger only grows, and a unit has one live credit per outcome and line."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION areas_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Buku besar hektare hanya bertambah: % ditolak; buat entri pembalik.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON areas_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION areas_ledger_refuse_change();
ALTER TABLE areas_ledgerentry ENABLE ALWAYS TRIGGER ledger_append_only;

CREATE FUNCTION areas_ledger_keep_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    credit areas_ledgerentry%ROWTYPE;
BEGIN
    IF NEW.neighbourhood_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM areas_neighbourhood n JOIN areas_decreeline l ON l.area_id = n.area_id
        WHERE n.id = NEW.neighbourhood_id AND l.id = NEW.decree_line_id
    ) THEN
        RAISE EXCEPTION 'RT % bukan bagian dari kawasan baris SK %.', NEW.neighbourhood_id, NEW.decree_line_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'credit' THEN
        INSERT INTO areas_livecredit (entry_id, decree_line_id, neighbourhood_id, footprint, outcome)
        VALUES (NEW.id, NEW.decree_line_id, NEW.neighbourhood_id, NEW.footprint, NEW.outcome);
        RETURN NULL;
    END IF;
    SELECT * INTO credit FROM areas_ledgerentry WHERE id = NEW.reverses_id;
    IF credit.kind IS DISTINCT FROM 'credit'
        OR credit.decree_line_id <> NEW.decree_line_id
        OR credit.neighbourhood_id IS DISTINCT FROM NEW.neighbourhood_id
        OR credit.footprint <> NEW.footprint
        OR credit.outcome <> NEW.outcome
        OR credit.hectares <> -NEW.hectares
    THEN
        RAISE EXCEPTION 'Entri pembalik harus sama dengan entri % yang dibaliknya, dengan tanda minus.', NEW.reverses_id
            USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM areas_livecredit WHERE entry_id = NEW.reverses_id;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_keep_live
    AFTER INSERT ON areas_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION areas_ledger_keep_live();
ALTER TABLE areas_ledgerentry ENABLE ALWAYS TRIGGER ledger_keep_live;

CREATE FUNCTION areas_live_credit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'Kredit hidup hanya ditulis oleh buku besar.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER live_credit_guard
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON areas_livecredit
    FOR EACH STATEMENT EXECUTE FUNCTION areas_live_credit_guard();
ALTER TABLE areas_livecredit ENABLE ALWAYS TRIGGER live_credit_guard;
"""

BACKWARD = """
DROP TRIGGER live_credit_guard ON areas_livecredit;
DROP FUNCTION areas_live_credit_guard();
DROP TRIGGER ledger_keep_live ON areas_ledgerentry;
DROP FUNCTION areas_ledger_keep_live();
DROP TRIGGER ledger_append_only ON areas_ledgerentry;
DROP FUNCTION areas_ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
