"""Addresses of meetings, commitments, groups, outreach and practices."""

from django.urls import path

from coordination.commitment_pages import LOOKS
from coordination.views import (
    agenda,
    attendance,
    collaboration,
    commitments,
    decisions,
    files,
    groups,
    guests,
    letters,
    links,
    meetings,
    minutes,
    outreach,
    practices,
    stage,
)

app_name = "coordination"

urlpatterns = [
    path("rakor/", meetings.MeetingListView.as_view(), name="meeting-list"),
    path("rakor/baru/", meetings.MeetingCreateView.as_view(), name="meeting-create"),
    path(
        "rakor/<int:pk>/", meetings.MeetingDetailView.as_view(), name="meeting-detail"
    ),
    path(
        "rakor/<int:pk>/ubah/", meetings.MeetingEditView.as_view(), name="meeting-edit"
    ),
    path(
        "rakor/<int:pk>/hapus/",
        meetings.MeetingRemoveView.as_view(),
        name="meeting-remove",
    ),
    path(
        "rakor/<int:pk>/undang/",
        meetings.MeetingInviteView.as_view(),
        name="meeting-invite",
    ),
    path(
        "rakor/<int:pk>/buka/", meetings.MeetingOpenView.as_view(), name="meeting-open"
    ),
    path(
        "rakor/<int:pk>/akhiri/", meetings.MeetingEndView.as_view(), name="meeting-end"
    ),
    path(
        "rakor/<int:pk>/lanjutkan/",
        meetings.MeetingReopenView.as_view(),
        name="meeting-reopen",
    ),
    path(
        "rakor/<int:pk>/tutup/",
        minutes.MeetingCloseView.as_view(),
        name="meeting-close",
    ),
    path(
        "rakor/<int:pk>/notulen.pdf",
        minutes.MinutesFileView.as_view(),
        name="meeting-minutes-pdf",
    ),
    path(
        "rakor/<int:pk>/notulen.docx",
        minutes.MinutesFileView.as_view(kind="docx"),
        name="meeting-minutes-docx",
    ),
    path(
        "rakor/<int:pk>/adendum/",
        minutes.AddendumView.as_view(),
        name="meeting-addendum",
    ),
    path(
        "rakor/<int:pk>/undangan.ics",
        letters.CalendarView.as_view(),
        name="meeting-calendar",
    ),
    path("rakor/<int:pk>/qr.svg", letters.QrView.as_view(), name="meeting-qr"),
    path(
        "rakor/<int:pk>/undangan/surat.pdf",
        letters.LettersView.as_view(),
        name="meeting-letters",
    ),
    path(
        "rakor/<int:pk>/undangan/<int:invitation>/surat.pdf",
        letters.LettersView.as_view(),
        name="invitation-letter",
    ),
    path(
        "rakor/<int:pk>/agenda/baru/",
        agenda.ItemCreateView.as_view(),
        name="item-create",
    ),
    path(
        "rakor/agenda/<int:pk>/ubah/", agenda.ItemEditView.as_view(), name="item-edit"
    ),
    path(
        "rakor/agenda/<int:pk>/naik/",
        agenda.ItemMoveView.as_view(by=-1),
        name="item-up",
    ),
    path(
        "rakor/agenda/<int:pk>/turun/", agenda.ItemMoveView.as_view(), name="item-down"
    ),
    path(
        "rakor/agenda/<int:pk>/hapus/",
        agenda.ItemRemoveView.as_view(),
        name="item-remove",
    ),
    path(
        "rakor/agenda/<int:pk>/selesai/",
        agenda.ItemDoneView.as_view(),
        name="item-done",
    ),
    path(
        "rakor/agenda/<int:pk>/belum/",
        agenda.ItemDoneView.as_view(is_done=False),
        name="item-undone",
    ),
    path(
        "rakor/agenda/<int:pk>/sekarang/",
        agenda.ItemCurrentView.as_view(),
        name="item-current",
    ),
    path(
        "rakor/<int:pk>/undangan/baru/",
        guests.InvitationCreateView.as_view(),
        name="invitation-create",
    ),
    path(
        "rakor/<int:pk>/undangan/dinas/",
        guests.InviteOfficesView.as_view(),
        name="invitation-offices",
    ),
    path(
        "rakor/undangan/<int:pk>/hapus/",
        guests.InvitationRemoveView.as_view(),
        name="invitation-remove",
    ),
    path(
        "rakor/undangan/<int:pk>/jawab/",
        guests.InvitationAnswerView.as_view(),
        name="invitation-answer",
    ),
    path(
        "rakor/<int:pk>/narasumber/baru/",
        guests.SpeakerCreateView.as_view(),
        name="speaker-create",
    ),
    path(
        "rakor/narasumber/<int:pk>/ubah/",
        guests.SpeakerEditView.as_view(),
        name="speaker-edit",
    ),
    path(
        "rakor/narasumber/<int:pk>/hapus/",
        guests.SpeakerRemoveView.as_view(),
        name="speaker-remove",
    ),
    path(
        "rakor/<int:pk>/hadir/baru/",
        attendance.AttendanceCreateView.as_view(),
        name="attendance-create",
    ),
    path(
        "rakor/hadir/<int:pk>/hapus/",
        attendance.AttendanceRemoveView.as_view(),
        name="attendance-remove",
    ),
    path("hadir/", attendance.CodeView.as_view(), name="attendance-enter"),
    path("hadir/selesai/", attendance.SignedView.as_view(), name="attendance-done"),
    path("hadir/<str:code>/", attendance.SignView.as_view(), name="attendance-sign"),
    path("rakor/berkas/<str:place>/<int:pk>/", files.FilesView.as_view(), name="files"),
    path("berkas-rapat/<int:pk>/", files.FileView.as_view(), name="file"),
    path(
        "berkas-rapat/<int:pk>/kecil/",
        files.FileView.as_view(part="thumbnail"),
        name="file-thumbnail",
    ),
    path(
        "berkas-rapat/<int:pk>/hapus/",
        files.FileRemoveView.as_view(),
        name="file-remove",
    ),
    path("praktik/", practices.PracticeListView.as_view(), name="practice-list"),
    path(
        "praktik/baru/",
        practices.PracticeCreateView.as_view(),
        name="practice-create",
    ),
    path(
        "praktik/<int:pk>/",
        practices.PracticeDetailView.as_view(),
        name="practice-detail",
    ),
    path(
        "praktik/<int:pk>/ubah/",
        practices.PracticeEditView.as_view(),
        name="practice-edit",
    ),
    path(
        "praktik/<int:pk>/terbitkan/",
        practices.PracticePublishView.as_view(),
        name="practice-publish",
    ),
    path(
        "praktik/<int:pk>/tarik/",
        practices.PracticeUnpublishView.as_view(),
        name="practice-unpublish",
    ),
    path(
        "praktik/<int:pk>/pakai/",
        practices.PracticeAdoptView.as_view(),
        name="practice-adopt",
    ),
    path("sosialisasi/", outreach.OutreachListView.as_view(), name="outreach-list"),
    path(
        "sosialisasi/baru/",
        outreach.OutreachCreateView.as_view(),
        name="outreach-create",
    ),
    path(
        "sosialisasi/<int:pk>/",
        outreach.OutreachDetailView.as_view(),
        name="outreach-detail",
    ),
    path(
        "sosialisasi/<int:pk>/ubah/",
        outreach.OutreachEditView.as_view(),
        name="outreach-edit",
    ),
    path(
        "sosialisasi/<int:pk>/hapus/",
        outreach.OutreachRemoveView.as_view(),
        name="outreach-remove",
    ),
    path("komitmen/", commitments.CommitmentListView.as_view(), name="commitment-list"),
    path(
        "komitmen/<int:pk>/",
        commitments.CommitmentDetailView.as_view(),
        name="commitment-detail",
    ),
    path(
        "komitmen/<int:pk>/ubah/",
        commitments.CommitmentEditView.as_view(),
        name="commitment-edit",
    ),
    path(
        "komitmen/<int:pk>/hapus/",
        commitments.CommitmentRemoveView.as_view(),
        name="commitment-remove",
    ),
    *(
        path(
            f"komitmen/<int:pk>/{look.address}/",
            commitments.CommitmentStepView.as_view(step=step),
            name=f"commitment-{step.name}",
        )
        for step, look in LOOKS.items()
    ),
    path(
        "komitmen/<int:pk>/kegiatan/",
        commitments.ActivityLinkView.as_view(),
        name="commitment-activity",
    ),
    path(
        "komitmen/<int:pk>/kegiatan/<int:activity>/lepas/",
        commitments.ActivityUnlinkView.as_view(),
        name="commitment-activity-remove",
    ),
    path(
        "komitmen/<int:pk>/tautan/",
        commitments.InviteByLinkView.as_view(),
        name="commitment-invite",
    ),
    path(
        "komitmen/tautan/<int:pk>/cabut/",
        commitments.LinkRevokeView.as_view(),
        name="commitment-link-revoke",
    ),
    path("janji/<str:token>/", links.LinkView.as_view(), name="commitment-link"),
    path("rakor/<int:pk>/layar/", stage.StageView.as_view(), name="meeting-screen"),
    path("kesepakatan/", decisions.DecisionListView.as_view(), name="decision-list"),
    path(
        "rakor/kesepakatan/<int:pk>/ubah/",
        commitments.DecisionEditView.as_view(),
        name="decision-edit",
    ),
    path(
        "rakor/kesepakatan/<int:pk>/hapus/",
        commitments.DecisionRemoveView.as_view(),
        name="decision-remove",
    ),
    path("pokja/", groups.GroupListView.as_view(), name="group-list"),
    path("pokja/baru/", groups.GroupCreateView.as_view(), name="group-create"),
    path("pokja/<int:pk>/", groups.GroupDetailView.as_view(), name="group-detail"),
    path("pokja/<int:pk>/ubah/", groups.GroupEditView.as_view(), name="group-edit"),
    path(
        "pokja/<int:pk>/anggota/baru/",
        groups.MemberCreateView.as_view(),
        name="member-create",
    ),
    path(
        "pokja/anggota/<int:pk>/ubah/",
        groups.MemberEditView.as_view(),
        name="member-edit",
    ),
    path(
        "pokja/anggota/<int:pk>/hapus/",
        groups.MemberRemoveView.as_view(),
        name="member-remove",
    ),
    path(
        "pokja/<int:pk>/rencana/baru/",
        groups.PlanCreateView.as_view(),
        name="plan-create",
    ),
    path(
        "pokja/rencana/<int:pk>/ubah/", groups.PlanEditView.as_view(), name="plan-edit"
    ),
    path(
        "pokja/rencana/<int:pk>/hapus/",
        groups.PlanRemoveView.as_view(),
        name="plan-remove",
    ),
    path(
        "kolaborasi/",
        collaboration.CollaborationView.as_view(),
        name="collaboration",
    ),
]
