"""The example's meetings: one that is closed, with what became of it, and the next."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencies.models import Agency
from agencies.notices import settle
from areas.models import SlumArea
from coordination import services
from coordination.models import AgendaItem, Commitment, Meeting
from coordination.models.meeting import MeetingKind
from coordination.services.closing import close_meeting
from dashboard.demo.people import Cast, acting
from dashboard.demo.plan import BANJARMASIN, HULU_SUNGAI_UTARA, PROVINCE
from programs.models import Activity

SERIES = "CONTOH Rakor penataan kawasan permukiman kumuh"
AGENDA = (
    ("Pembukaan dan tindak lanjut rakor lalu", 30, ()),
    ("Kota Banjarmasin: titian dan drainase di bantaran sungai", 35, (BANJARMASIN,)),
    ("Kab. Hulu Sungai Utara: permukiman rawa", 35, (HULU_SUNGAI_UTARA,)),
    ("Ringkasan kesepakatan dan penutup", 20, ()),
)
SPEAKER = "Narasumber CONTOH"
DECISIONS = (
    "RT yang sudah dihitung dilaporkan sebagai volume saja, 0,00 ha.",
    "Batas RT hasil pemekaran dikirim sebelum triwulan berikutnya dibuka.",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of the example: of whom, due so many days after the meeting."""

    office: str
    item: int
    text: str
    days: int
    ending: str = "open"
    document: str = ""


PROMISES = (
    Promise(BANJARMASIN, 1, "Perbaikan titian dan drainase", 150, "progress"),
    Promise(
        BANJARMASIN,
        1,
        "Data RT semua kawasan dilengkapi",
        45,
        "done",
        "Daftar RT per kawasan",
    ),
    Promise(HULU_SUNGAI_UTARA, 2, "Penataan permukiman rawa", 180, "accept"),
    Promise(
        HULU_SUNGAI_UTARA,
        2,
        "Usulan DAK sanitasi disampaikan",
        60,
        "accept",  # late by now
        "Proposal DAK",
    ),
    Promise(PROVINCE, 3, "Surat pelaksana kawasan di atas 10 ha", 75, "claim"),
)


def hold_rakor(cast: Cast, today: date) -> int:
    """A closed rakor and an invited one, through the services; how many commitments."""
    by = cast.editor
    with acting(by):
        first = _planned(cast, _working_day(today - timedelta(days=100)), number=1)
        services.open_session(first, by=by)
        _attended(first, cast)
        items = list(first.items.all())
        for text in DECISIONS:
            services.write_decision(
                first, item=items[0], kind="decision", text=text, by=by
            )
        promised = [_agreed(first, items, promise, cast) for promise in PROMISES]
        for item in items:
            services.finish_item(item, by=by)
        services.end_session(first, by=by)
        close_meeting(first, by=by)
    for promise, commitment in zip(PROMISES, promised, strict=True):
        _follow(promise, commitment, cast)
    # What was told of it is long known.
    of_meeting = (f"invited:{first.pk}:", f"closed:{first.pk}:")
    settle(*of_meeting, *(f"commitment:{c.pk}:" for c in promised))
    with acting(by):
        _planned(cast, _working_day(today + timedelta(days=12)), number=2)
    return len(promised)


def _planned(cast: Cast, day: date, *, number: int) -> Meeting:
    """The meeting with its agenda, all offices invited."""
    by = cast.editor
    host = cast.offices[PROVINCE]
    earlier = Meeting.objects.filter(agency=host, is_demo=True).first()
    series: dict[str, Any] = (
        {"series": earlier.series} if earlier else {"new_series": SERIES}
    )
    meeting = services.plan_meeting(
        agency=host,
        title=f"CONTOH Rakor kawasan kumuh ke-{number} tahun {day.year}",
        kind=MeetingKind.RAKOR,
        place="Aula Contoh, Banjarbaru",
        starts_at=_moment(day, 9),
        ends_at=_moment(day, 12),
        chair="Kepala CONTOH",
        chair_position=f"Kepala {host.short_name}",
        secretary=by,
        letter_number=f"005/CONTOH-{number}/{day.year}",
        letter_on=day - timedelta(days=7),
        signed_by="Kepala CONTOH",
        signer_position=f"Kepala {host.short_name}",
        minutes_number=f"000.1/CONTOH-{number}/{day.year}",
        by=by,
        **series,
    )
    Meeting.objects.filter(pk=meeting.pk).update(is_demo=True)
    begins = datetime.combine(day, time(9))
    for title, minutes, districts in AGENDA:
        services.add_item(
            meeting,
            title=title,
            starts_at=begins.time(),
            minutes=minutes,
            regions=[_region_of(cast.offices[code]) for code in districts],
            by=by,
        )
        begins += timedelta(minutes=minutes)
    services.add_speaker(
        meeting,
        name=SPEAKER,
        agency=_speaking(cast),
        topic="CONTOH Kebijakan penanganan kumuh",
        item=meeting.items.first(),
        by=by,
    )
    services.invite_district_offices(meeting, by=by)
    return services.send_invitations(meeting, by=by)


def _attended(meeting: Meeting, cast: Cast) -> None:
    """The resource person and all offices but the last sign, women and men in turn."""
    offices = [a for code, a in cast.offices.items() if code != PROVINCE]
    signing = [(SPEAKER, _speaking(cast))]
    signing += [(f"Peserta CONTOH {n}", a) for n, a in enumerate(offices[:-1], 1)]
    for number, (name, agency) in enumerate(signing):
        services.record_attendance(
            meeting,
            name=name,
            agency=agency,
            gender="f" if number % 2 else "m",
            position="Kepala bidang",
            by=cast.editor,
        )


def _speaking(cast: Cast) -> Agency:
    """Whose resource person speaks: a ministry, where one is known, else the host."""
    ministries = Agency.objects.filter(kind=Agency.Kind.MINISTRY, is_demo=False)
    return ministries.order_by("name", "pk").first() or cast.offices[PROVINCE]


def _agreed(
    meeting: Meeting, items: list[AgendaItem], promise: Promise, cast: Cast
) -> Commitment:
    agency = cast.offices[promise.office]
    activity = activity_of(agency)
    area = activity.area if activity and not promise.document else None
    return services.agree_commitment(
        meeting,
        item=items[promise.item],
        text=_worded(promise, area),
        agency=agency,
        due_on=meeting.held_on + timedelta(days=promise.days),
        areas=[area] if area else [],
        target_hectares=_hectares_of(activity) if activity and area else None,
        target_document=promise.document,
        proof="Berita acara dan foto" if area else "Dokumen terkirim",
        by=cast.editor,
    )


def _follow(promise: Promise, commitment: Commitment, cast: Cast) -> None:
    """What the agency did about it since."""
    if promise.office == PROVINCE:
        head = operator = cast.editor
    else:
        head, operator = cast.heads[promise.office], cast.operators[promise.office]
    with acting(head):
        services.accept_commitment(commitment, by=head)
    activity = activity_of(commitment.agency)
    with acting(operator):
        if commitment.target_hectares and activity:
            services.link_activity(commitment, activity=activity, by=operator)
        if promise.ending == "progress":
            services.report_progress(
                commitment, text="Pekerjaan berjalan sesuai kontrak.", by=operator
            )
        if promise.ending in ("claim", "done"):
            services.claim_done(commitment, text="Sudah dikirim.", by=operator)
    if promise.ending == "done":
        with acting(cast.editor):
            services.check_done(commitment, text="Diperiksa.", by=cast.editor)


def activity_of(agency: Agency) -> Activity | None:
    """The office's latest example activity that has RT."""
    found = Activity.objects.filter(
        agency=agency, programme__is_demo=True, programme__is_draft=False
    )
    rows = found.exclude(neighbourhoods=None).select_related("area")
    return rows.order_by("-programme__year", "pk").first()


def _hectares_of(activity: Activity) -> Decimal:
    return sum((unit.hectares for unit in activity.neighbourhoods.all()), Decimal(0))


def _worded(promise: Promise, area: SlumArea | None) -> str:
    return f"{promise.text} di {area.name}." if area else f"{promise.text}."


def _region_of(agency: Agency) -> Any:
    assert agency.region is not None
    return agency.region


def _working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
