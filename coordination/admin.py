"""Support desk: meetings and what they agreed are only looked at; services own them."""

from django.contrib import admin

from coordination.models import (
    Addendum,
    AgendaItem,
    AgendaRegion,
    Attendance,
    Commitment,
    CommitmentActivity,
    CommitmentArea,
    CommitmentLink,
    CommitmentSupporter,
    CommitmentUpdate,
    Decision,
    File,
    GroupMember,
    GroupPlan,
    Invitation,
    Meeting,
    MeetingSeries,
    Minutes,
    Outreach,
    OutreachArea,
    OutreachPartner,
    Practice,
    Speaker,
    WorkingGroup,
)
from core.admin import ReadOnlyAdmin, ReadOnlyInline


class AgendaItemInline(ReadOnlyInline):
    model = AgendaItem


class InvitationInline(ReadOnlyInline):
    model = Invitation


class SpeakerInline(ReadOnlyInline):
    model = Speaker


class AttendanceInline(ReadOnlyInline):
    model = Attendance


class DecisionInline(ReadOnlyInline):
    model = Decision


class AddendumInline(ReadOnlyInline):
    model = Addendum


class MeetingFileInline(ReadOnlyInline):
    model = File
    fields = readonly_fields = ("kind", "name", "size", "uploaded_by", "uploaded_at")


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(admin.ModelAdmin):
    list_display = ["name", "agency"]
    list_select_related = ["agency"]
    search_fields = ["name"]


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    inlines = [
        AgendaItemInline,
        InvitationInline,
        SpeakerInline,
        AttendanceInline,
        DecisionInline,
        AddendumInline,
        MeetingFileInline,
    ]
    list_display = ["title", "kind", "agency", "starts_at", "phase", "secretary"]
    list_filter = ["kind", "phase"]
    list_select_related = ["agency", "secretary"]
    search_fields = ["title", "minutes_number"]


class AgendaRegionInline(ReadOnlyInline):
    model = AgendaRegion


@admin.register(AgendaItem)
class AgendaItemAdmin(ReadOnlyAdmin):
    inlines = [AgendaRegionInline]
    list_display = ["title", "meeting", "position", "done_at"]
    list_select_related = ["meeting"]


@admin.register(Minutes)
class MinutesAdmin(ReadOnlyAdmin):
    fields = readonly_fields = (
        "meeting",
        "number",
        "content",
        "pdf_sha256",
        "docx_sha256",
        "made_by",
        "made_at",
    )
    list_display = ["number", "meeting", "made_by", "made_at"]
    list_select_related = ["meeting", "made_by"]


class CommitmentAreaInline(ReadOnlyInline):
    model = CommitmentArea


class CommitmentSupporterInline(ReadOnlyInline):
    model = CommitmentSupporter


class CommitmentActivityInline(ReadOnlyInline):
    model = CommitmentActivity


class CommitmentUpdateInline(ReadOnlyInline):
    model = CommitmentUpdate


class CommitmentLinkInline(ReadOnlyInline):
    """Never its hash: who reads it here shall not test guesses against it."""

    model = CommitmentLink
    fields = readonly_fields = (
        "recipient",
        "email",
        "expires_at",
        "created_by",
        "created_at",
        "opened_at",
        "used_at",
        "revoked_at",
        "revoked_by",
    )


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    inlines = [
        CommitmentAreaInline,
        CommitmentSupporterInline,
        CommitmentActivityInline,
        CommitmentUpdateInline,
        CommitmentLinkInline,
    ]
    list_display = ["__str__", "agency", "due_on", "state", "meeting"]
    list_filter = ["state"]
    list_select_related = ["agency", "meeting"]
    search_fields = ["text"]


class GroupMemberInline(ReadOnlyInline):
    model = GroupMember


class GroupPlanInline(ReadOnlyInline):
    model = GroupPlan


@admin.register(WorkingGroup)
class WorkingGroupAdmin(ReadOnlyAdmin):
    inlines = [GroupMemberInline, GroupPlanInline]
    list_display = ["name", "kind", "agency", "decree_number", "valid_until"]
    list_filter = ["kind"]
    list_select_related = ["agency"]
    search_fields = ["name", "decree_number"]


class OutreachPartnerInline(ReadOnlyInline):
    model = OutreachPartner


class OutreachAreaInline(ReadOnlyInline):
    model = OutreachArea


@admin.register(Outreach)
class OutreachAdmin(ReadOnlyAdmin):
    inlines = [OutreachPartnerInline, OutreachAreaInline]
    list_display = ["title", "held_on", "agency", "regency", "women", "men"]
    list_filter = ["prevention"]
    list_select_related = ["agency", "regency"]
    search_fields = ["title", "place"]


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    list_display = ["title", "place", "year", "agency", "is_published"]
    list_filter = ["is_published"]
    list_select_related = ["agency"]
    search_fields = ["title", "place"]
