"""One example in each room beside the meetings: a Pokja, an outreach, a practice."""

from datetime import date, timedelta

from coordination import services
from coordination.models import Outreach, Practice, WorkingGroup
from coordination.models.group import GroupKind, GroupTeam, PlanState
from coordination.models.outreach import Prevention, Topic
from coordination.practice_tags import tagged_indicators
from dashboard.demo.people import Cast, acting
from dashboard.demo.plan import BANJARMASIN, PROVINCE
from dashboard.demo.rakor import activity_of

PLANS = (
    ("CONTOH Pemutakhiran data kawasan kumuh", 6, PlanState.DONE),
    ("CONTOH Penyelarasan usulan anggaran antarinstansi", 9, PlanState.RUNNING),
    ("CONTOH Laporan tahunan Pokja", 12, PlanState.PLANNED),
)


def fill_rooms(cast: Cast, today: date) -> None:
    """Everything through the services, marked as example."""
    _group(cast, today)
    _outreach(cast, today)
    _practice(cast, today)


def _group(cast: Cast, today: date) -> None:
    """A Pokja of the province with members of two teams and a plan for this year."""
    by, host = cast.editor, cast.offices[PROVINCE]
    with acting(by):
        group = services.create_group(
            agency=host,
            name="CONTOH Pokja PKP Kalimantan Selatan",
            kind=GroupKind.POKJA,
            decree_number=f"188.44/CONTOH/{today.year}",
            decree_on=today - timedelta(days=300),
            signed_by="Pejabat CONTOH",
            by=by,
        )
        WorkingGroup.objects.filter(pk=group.pk).update(is_demo=True)
        for number, office in enumerate(cast.offices.values(), start=1):
            leads = office == host
            services.add_member(
                group,
                name=f"Anggota CONTOH {number}",
                agency=office,
                team=GroupTeam.STEERING if leads else GroupTeam.EXECUTING,
                role="Ketua" if leads else "Anggota",
                gender="f" if number % 2 else "m",
                by=by,
            )
        for text, month, state in PLANS:
            due_on = date(today.year, month, 28)
            services.add_plan(
                group, year=today.year, text=text, due_on=due_on, state=state, by=by
            )


def _outreach(cast: Cast, today: date) -> None:
    """What an office held for the people of an area in which it works."""
    office, by = cast.offices[BANJARMASIN], cast.operators[BANJARMASIN]
    assert office.region is not None
    activity = activity_of(office)
    with acting(by):
        event = services.record_outreach(
            agency=office,
            title="CONTOH Sosialisasi rumah sehat di bantaran sungai",
            held_on=today - timedelta(days=60),
            regency=office.region,
            place="Balai Contoh",
            areas=[activity.area] if activity else [],
            partners=[cast.offices[PROVINCE]],
            prevention=Prevention.INFORMATION,
            topics=[Topic.HEALTHY_HOME, Topic.RIVERBANK],
            women=24,
            men=18,
            material="Lembar balik CONTOH.",
            follow_up="Kunjungan ulang CONTOH.",
            by=by,
        )
    Outreach.objects.filter(pk=event.pk).update(is_demo=True)


def _practice(cast: Cast, today: date) -> None:
    """A published practice on the first indicator that there is; it claims no cost."""
    by = cast.editor
    with acting(by):
        practice = services.add_practice(
            agency=cast.offices[PROVINCE],
            title="CONTOH Titian dan drainase dirawat bersama warga",
            place="Kota Contoh",
            year=today.year - 1,
            problem="CONTOH: titian rusak lagi sesudah diperbaiki.",
            approach="CONTOH: warga dan dinas membagi tugas perawatan.",
            results="CONTOH: titian tetap dapat dilalui.",
            conditions="CONTOH: ada kelompok warga yang bersedia.",
            source="CONTOH, bukan praktik yang sebenarnya",
            indicators=list(tagged_indicators())[:1],
            by=by,
        )
        Practice.objects.filter(pk=practice.pk).update(is_demo=True)
        services.publish_practice(practice, by=by)
