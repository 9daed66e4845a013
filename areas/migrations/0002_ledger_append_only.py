"""The ledger only grows, a unit has one live credit, and the sums follow by themselves."""

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

-- The entry that another one undoes must be the same, with the other sign.
CREATE FUNCTION areas_ledger_check_undone(entry areas_ledgerentry, undone areas_ledgerentry)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF undone.decree_line_id <> entry.decree_line_id
        OR undone.neighbourhood_id IS DISTINCT FROM entry.neighbourhood_id
        OR undone.footprint <> entry.footprint
        OR undone.outcome <> entry.outcome
        OR undone.hectares <> -entry.hectares
        OR undone.effective_on > entry.effective_on
    THEN
        RAISE EXCEPTION 'Entri harus sama dengan entri % yang dibatalkannya, dengan tanda sebaliknya.', undone.id
            USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION areas_ledger_open(entry areas_ledgerentry)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO areas_livecredit (entry_id, decree_line_id, neighbourhood_id, footprint, outcome)
    VALUES (entry.id, entry.decree_line_id, entry.neighbourhood_id, entry.footprint, entry.outcome);
END $$;

CREATE FUNCTION areas_ledger_close(credit_id bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM areas_livecredit WHERE entry_id = credit_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Entri % tidak lagi berdiri, jadi tidak dapat dibatalkan.', credit_id
            USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION areas_ledger_keep_live() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone areas_ledgerentry%ROWTYPE;
    credit areas_ledgerentry%ROWTYPE;
BEGIN
    IF NEW.neighbourhood_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM areas_neighbourhood n JOIN areas_decreeline l ON l.area_id = n.area_id
        WHERE n.id = NEW.neighbourhood_id AND l.id = NEW.decree_line_id
    ) THEN
        RAISE EXCEPTION 'RT % bukan bagian dari kawasan baris SK %.', NEW.neighbourhood_id, NEW.decree_line_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'correction' THEN
        RETURN NULL;
    END IF;
    IF NEW.relapse_of_id IS NOT NULL THEN
        SELECT * INTO undone FROM areas_ledgerentry WHERE id = NEW.relapse_of_id;
        PERFORM areas_ledger_check_undone(NEW, undone);
        PERFORM areas_ledger_close(undone.id);
    ELSIF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO undone FROM areas_ledgerentry WHERE id = NEW.reverses_id;
        PERFORM areas_ledger_check_undone(NEW, undone);
        IF undone.kind = 'relapse' THEN
            -- What was held to be slum again never was: the credit stands as before.
            SELECT * INTO credit FROM areas_ledgerentry WHERE id = undone.relapse_of_id;
            PERFORM areas_ledger_open(credit);
        ELSE
            PERFORM areas_ledger_close(undone.id);
        END IF;
    ELSE
        PERFORM areas_ledger_open(NEW);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_keep_live
    AFTER INSERT ON areas_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION areas_ledger_keep_live();
ALTER TABLE areas_ledgerentry ENABLE ALWAYS TRIGGER ledger_keep_live;

CREATE FUNCTION areas_ledger_keep_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO areas_linesum AS kept
        (decree_line_id, outcome, effective_on, method, agency_id, source_id, hectares, entries)
    SELECT decree_line_id, outcome, effective_on, method, agency_id, source_id, sum(hectares), count(*)
    FROM added
    GROUP BY decree_line_id, outcome, effective_on, method, agency_id, source_id
    ORDER BY decree_line_id, outcome, effective_on, method, agency_id, source_id
    ON CONFLICT (decree_line_id, outcome, effective_on, method, agency_id, source_id)
    DO UPDATE SET hectares = kept.hectares + EXCLUDED.hectares, entries = kept.entries + EXCLUDED.entries;
    INSERT INTO areas_linetotal AS kept
        (decree_line_id, handled, improved, cleared, corrected, last_effective_on)
    SELECT decree_line_id,
        coalesce(sum(hectares) FILTER (WHERE outcome = 'handled'), 0),
        coalesce(sum(hectares) FILTER (WHERE outcome = 'improved'), 0),
        coalesce(sum(hectares) FILTER (WHERE outcome = 'cleared'), 0),
        coalesce(sum(hectares) FILTER (WHERE outcome = 'decreed'), 0),
        max(effective_on)
    FROM added GROUP BY decree_line_id ORDER BY decree_line_id
    ON CONFLICT (decree_line_id) DO UPDATE SET
        handled = kept.handled + EXCLUDED.handled,
        improved = kept.improved + EXCLUDED.improved,
        cleared = kept.cleared + EXCLUDED.cleared,
        corrected = kept.corrected + EXCLUDED.corrected,
        last_effective_on = greatest(kept.last_effective_on, EXCLUDED.last_effective_on);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_keep_sums
    AFTER INSERT ON areas_ledgerentry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION areas_ledger_keep_sums();
ALTER TABLE areas_ledgerentry ENABLE ALWAYS TRIGGER ledger_keep_sums;

CREATE FUNCTION areas_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% hanya ditulis oleh buku besar.', TG_ARGV[0]
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER live_credit_guard
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON areas_livecredit
    FOR EACH STATEMENT EXECUTE FUNCTION areas_ledger_guard('Kredit hidup');
ALTER TABLE areas_livecredit ENABLE ALWAYS TRIGGER live_credit_guard;

CREATE TRIGGER line_sum_guard
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON areas_linesum
    FOR EACH STATEMENT EXECUTE FUNCTION areas_ledger_guard('Jumlah entri');
ALTER TABLE areas_linesum ENABLE ALWAYS TRIGGER line_sum_guard;

CREATE TRIGGER line_total_guard
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON areas_linetotal
    FOR EACH STATEMENT EXECUTE FUNCTION areas_ledger_guard('Jumlah entri');
ALTER TABLE areas_linetotal ENABLE ALWAYS TRIGGER line_total_guard;
"""

BACKWARD = """
DROP TRIGGER line_total_guard ON areas_linetotal;
DROP TRIGGER line_sum_guard ON areas_linesum;
DROP TRIGGER live_credit_guard ON areas_livecredit;
DROP FUNCTION areas_ledger_guard();
DROP TRIGGER ledger_keep_sums ON areas_ledgerentry;
DROP FUNCTION areas_ledger_keep_sums();
DROP TRIGGER ledger_keep_live ON areas_ledgerentry;
DROP FUNCTION areas_ledger_keep_live();
DROP FUNCTION areas_ledger_close(bigint);
DROP FUNCTION areas_ledger_open(areas_ledgerentry);
DROP FUNCTION areas_ledger_check_undone(areas_ledgerentry, areas_ledgerentry);
DROP TRIGGER ledger_append_only ON areas_ledgerentry;
DROP FUNCTION areas_ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
