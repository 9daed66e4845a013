"""Closed minutes never change; outcomes are written in session and in the draft only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION coordination_meeting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.phase = 'closed' THEN
        RAISE EXCEPTION 'Rapat % sudah ditutup: notulennya tidak dapat diubah.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.phase <> OLD.phase AND (OLD.phase, NEW.phase) NOT IN (
        ('planned', 'invited'), ('invited', 'in_session'),
        ('in_session', 'draft'), ('draft', 'in_session'), ('draft', 'closed')
    ) THEN
        RAISE EXCEPTION 'Rapat % tidak dapat berpindah dari % ke %.', OLD.id, OLD.phase, NEW.phase
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER meeting_frozen BEFORE UPDATE OR DELETE ON coordination_meeting
    FOR EACH ROW EXECUTE FUNCTION coordination_meeting_guard();
ALTER TABLE coordination_meeting ENABLE ALWAYS TRIGGER meeting_frozen;

-- The phase of a meeting, held until the transaction ends: nobody closes it meanwhile.
CREATE FUNCTION coordination_phase_of(meeting bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT phase INTO found FROM coordination_meeting WHERE id = meeting FOR SHARE;
    RETURN found;
END $$;

CREATE FUNCTION coordination_require_writable(meeting bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coordination_phase_of(meeting) NOT IN ('in_session', 'draft') THEN
        RAISE EXCEPTION 'Hasil rapat % hanya dapat ditulis selama sidang atau notulen konsep.', meeting
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION coordination_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meeting bigint;
BEGIN
    IF TG_OP <> 'INSERT' AND coordination_phase_of(OLD.meeting_id) = 'closed' THEN
        meeting := OLD.meeting_id;
    ELSIF TG_OP <> 'DELETE' AND coordination_phase_of(NEW.meeting_id) = 'closed' THEN
        meeting := NEW.meeting_id;
    END IF;
    IF meeting IS NOT NULL THEN
        RAISE EXCEPTION 'Rapat % sudah ditutup: notulennya tidak dapat diubah.', meeting
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER agenda_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_agendaitem
    FOR EACH ROW EXECUTE FUNCTION coordination_part_guard();
ALTER TABLE coordination_agendaitem ENABLE ALWAYS TRIGGER agenda_frozen;
CREATE TRIGGER invitation_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_invitation
    FOR EACH ROW EXECUTE FUNCTION coordination_part_guard();
ALTER TABLE coordination_invitation ENABLE ALWAYS TRIGGER invitation_frozen;
CREATE TRIGGER speaker_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_speaker
    FOR EACH ROW EXECUTE FUNCTION coordination_part_guard();
ALTER TABLE coordination_speaker ENABLE ALWAYS TRIGGER speaker_frozen;
CREATE TRIGGER attendance_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_attendance
    FOR EACH ROW EXECUTE FUNCTION coordination_part_guard();
ALTER TABLE coordination_attendance ENABLE ALWAYS TRIGGER attendance_frozen;

CREATE FUNCTION coordination_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM coordination_require_writable(OLD.meeting_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM coordination_require_writable(NEW.meeting_id);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER decision_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_decision
    FOR EACH ROW EXECUTE FUNCTION coordination_decision_guard();
ALTER TABLE coordination_decision ENABLE ALWAYS TRIGGER decision_frozen;

-- What was agreed is frozen; what became of it (state, activities, updates) goes on.
CREATE FUNCTION coordination_commitment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        OLD.meeting_id, OLD.item_id, OLD.decision_id, OLD.number, OLD.text, OLD.agency_id,
        OLD.person, OLD.due_on, OLD.target_hectares, OLD.target_volume, OLD.target_unit,
        OLD.target_rupiah, OLD.target_document, OLD.fund, OLD.proof
    ) IS NOT DISTINCT FROM (
        NEW.meeting_id, NEW.item_id, NEW.decision_id, NEW.number, NEW.text, NEW.agency_id,
        NEW.person, NEW.due_on, NEW.target_hectares, NEW.target_volume, NEW.target_unit,
        NEW.target_rupiah, NEW.target_document, NEW.fund, NEW.proof
    ) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM coordination_require_writable(OLD.meeting_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM coordination_require_writable(NEW.meeting_id);
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER commitment_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_commitment
    FOR EACH ROW EXECUTE FUNCTION coordination_commitment_guard();
ALTER TABLE coordination_commitment ENABLE ALWAYS TRIGGER commitment_frozen;

CREATE FUNCTION coordination_commitment_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    meeting bigint;
BEGIN
    FOR meeting IN
        SELECT c.meeting_id FROM coordination_commitment c
        WHERE (TG_OP <> 'INSERT' AND c.id = OLD.commitment_id)
           OR (TG_OP <> 'DELETE' AND c.id = NEW.commitment_id)
    LOOP
        PERFORM coordination_require_writable(meeting);
    END LOOP;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER commitment_area_frozen BEFORE INSERT OR UPDATE OR DELETE ON coordination_commitmentarea
    FOR EACH ROW EXECUTE FUNCTION coordination_commitment_part_guard();
ALTER TABLE coordination_commitmentarea ENABLE ALWAYS TRIGGER commitment_area_frozen;
CREATE TRIGGER commitment_supporter_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON coordination_commitmentsupporter
    FOR EACH ROW EXECUTE FUNCTION coordination_commitment_part_guard();
ALTER TABLE coordination_commitmentsupporter ENABLE ALWAYS TRIGGER commitment_supporter_frozen;

CREATE FUNCTION coordination_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Baris % pada % tidak dapat diubah atau dihapus.', OLD.id, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER minutes_append_only BEFORE UPDATE OR DELETE ON coordination_minutes
    FOR EACH ROW EXECUTE FUNCTION coordination_append_only();
ALTER TABLE coordination_minutes ENABLE ALWAYS TRIGGER minutes_append_only;
CREATE TRIGGER addendum_append_only BEFORE UPDATE OR DELETE ON coordination_addendum
    FOR EACH ROW EXECUTE FUNCTION coordination_append_only();
ALTER TABLE coordination_addendum ENABLE ALWAYS TRIGGER addendum_append_only;
CREATE TRIGGER commitment_update_append_only
    BEFORE UPDATE OR DELETE ON coordination_commitmentupdate
    FOR EACH ROW EXECUTE FUNCTION coordination_append_only();
ALTER TABLE coordination_commitmentupdate ENABLE ALWAYS TRIGGER commitment_update_append_only;
"""

BACKWARD = """
DROP TRIGGER commitment_update_append_only ON coordination_commitmentupdate;
DROP TRIGGER addendum_append_only ON coordination_addendum;
DROP TRIGGER minutes_append_only ON coordination_minutes;
DROP FUNCTION coordination_append_only();
DROP TRIGGER commitment_supporter_frozen ON coordination_commitmentsupporter;
DROP TRIGGER commitment_area_frozen ON coordination_commitmentarea;
DROP FUNCTION coordination_commitment_part_guard();
DROP TRIGGER commitment_frozen ON coordination_commitment;
DROP FUNCTION coordination_commitment_guard();
DROP TRIGGER decision_frozen ON coordination_decision;
DROP FUNCTION coordination_decision_guard();
DROP TRIGGER attendance_frozen ON coordination_attendance;
DROP TRIGGER speaker_frozen ON coordination_speaker;
DROP TRIGGER invitation_frozen ON coordination_invitation;
DROP TRIGGER agenda_frozen ON coordination_agendaitem;
DROP FUNCTION coordination_part_guard();
DROP FUNCTION coordination_require_writable(bigint);
DROP FUNCTION coordination_phase_of(bigint);
DROP TRIGGER meeting_frozen ON coordination_meeting;
DROP FUNCTION coordination_meeting_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
