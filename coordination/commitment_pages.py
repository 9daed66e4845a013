"""What the page of a commitment shows: its steps, its facts, its news, its chain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from coordination import commitment_steps as steps
from coordination import services
from coordination.chain import Chain
from coordination.commitment_forms import CheckForm, ReasonForm, UpdateForm
from coordination.models import Commitment, CommitmentUpdate, Practice
from coordination.sight import Doors
from core import html
from core.workflow import OfferedStep, Step


@dataclass(frozen=True, slots=True)
class Look:
    """A step on pages: its address, its form, the service that takes it."""

    address: str
    take: Callable[..., Any]
    done: str | Promise
    tone: str = "quiet"
    icon: str = ""
    form: type[forms.Form] | None = None


LOOKS: Mapping[Step, Look] = {
    steps.ACCEPT: Look(
        "terima",
        services.accept_commitment,
        gettext_lazy("The commitment is accepted."),
        "primary",
        "check",
    ),
    steps.OBJECT: Look(
        "keberatan",
        services.object_to_commitment,
        gettext_lazy("The secretariat is told of the objection."),
        "return",
        "return",
        ReasonForm,
    ),
    steps.PROGRESS: Look(
        "kabar",
        services.report_progress,
        gettext_lazy("The update is stored. Add its evidence here."),
        "primary",
        "send",
        UpdateForm,
    ),
    steps.CLAIM: Look(
        "selesai",
        services.claim_done,
        gettext_lazy("The secretariat is asked to check it. Add the evidence here."),
        "primary",
        "check",
        UpdateForm,
    ),
    steps.CHECK: Look(
        "periksa",
        services.check_done,
        gettext_lazy("The commitment is done."),
        "primary",
        "check",
        CheckForm,
    ),
    steps.RETURN: Look(
        "kembalikan",
        services.return_commitment,
        gettext_lazy("The agency is told what is lacking."),
        "return",
        "return",
        ReasonForm,
    ),
    steps.DROP: Look(
        "batalkan",
        services.drop_commitment,
        gettext_lazy("The commitment is dropped."),
        "return",
        "close",
        ReasonForm,
    ),
}
# The steps whose updates are shown with their evidence, or that there is none yet.
WITH_EVIDENCE = (steps.PROGRESS.name, steps.CLAIM.name)
# What an update says was done, by the name of its step.
UPDATE_WORDS: Mapping[str, str | Promise] = {
    steps.ACCEPT.name: gettext_lazy("Accepted"),
    steps.OBJECT.name: gettext_lazy("Objected"),
    steps.PROGRESS.name: gettext_lazy("News"),
    steps.CLAIM.name: gettext_lazy("Said to be done"),
    steps.CHECK.name: gettext_lazy("Checked: done"),
    steps.RETURN.name: gettext_lazy("Not done yet"),
    steps.DROP.name: gettext_lazy("Dropped"),
    "change": gettext_lazy("Words changed"),
    "link": gettext_lazy("Activity linked"),
    "unlink": gettext_lazy("Activity unlinked"),
}


def url_of(step: Step, commitment: Commitment) -> str:
    return reverse(f"coordination:commitment-{step.name}", args=[commitment.pk])


def posted_steps(
    commitment: Commitment, offered: list[OfferedStep]
) -> list[dict[str, Any]]:
    """The steps as `_components/steps.html` shows them."""
    shown = []
    for item in offered:
        look = LOOKS[item.step]
        form = look.form(auto_id=f"id_{item.name}_%s") if look.form else None
        shown.append(
            {
                "name": item.name,
                "label": item.label,
                "url": url_of(item.step, commitment),
                "is_open": item.is_open,
                "reasons": item.reasons,
                "form": form,
                "tone": look.tone,
                "icon": look.icon,
            }
        )
    return shown


def facts_of(commitment: Commitment, doors: Doors, user: User) -> list[dict[str, Any]]:
    """Who promised what by when, as facts; those without a value are left out.

    The meeting and a practice that was adopted lead to their pages where the person
    may open them.
    """
    meeting, agency = commitment.meeting, commitment.agency
    found: list[dict[str, Any]] = [
        {
            "label": _("Responsible agency"),
            "value": agency.short_name,
            "note": commitment.person,
        },
        {"label": _("Due"), "value": html.day(commitment.due_on)},
        {
            "label": _("Meeting"),
            "value": meeting.title,
            "url": doors.meeting,
            "note": html.day(meeting.starts_at),
        },
        {"label": _("Agenda item"), "value": commitment.item},
    ]
    rows = [
        (_("Decision"), commitment.decision),
        (_("Supported by"), _names(commitment.supporters.all(), "short_name")),
        (_("Source of funds"), commitment.get_fund_display()),
        (_("Proof that it is done"), commitment.proof),
        (_("Accepted by"), accepted_by(commitment)),
        (_("Reason of dropping it"), commitment.drop_reason),
    ]
    found += [{"label": label, "value": value} for label, value in rows if value]
    if practice := commitment.practice:
        is_open = Practice.objects.visible_to(user).filter(pk=practice.pk).exists()
        url = practice.get_absolute_url() if is_open else ""
        found.append({"label": _("Practice adopted"), "value": practice, "url": url})
    return found


def targets_of(commitment: Commitment) -> list[dict[str, Any]]:
    """What was promised, in each measure that was named."""
    hectares, volume = commitment.target_hectares, commitment.target_volume
    found: list[dict[str, Any]] = []
    if hectares is not None:
        value = html.figure(hectares)
        found.append({"label": _("Hectares"), "value": value, "note": "ha"})
    if volume is not None:
        value, unit = html.figure(volume, None), commitment.target_unit
        found.append({"label": _("Volume"), "value": value, "note": unit})
    if commitment.target_rupiah is not None:
        money = html.rupiah(commitment.target_rupiah)
        found.append({"label": _("Money"), "value": money})
    if commitment.target_document:
        found.append({"label": _("Document"), "value": commitment.target_document})
    return found


def accepted_by(commitment: Commitment) -> str:
    """Who accepted it and when; by a link, the name that was written down."""
    if commitment.accepted_at is None:
        return ""
    who = commitment.accepted_name or str(commitment.accepted_by)
    words = {"who": who, "when": html.day(commitment.accepted_at)}
    if commitment.accepted_name:
        return _("%(who)s, by a link, %(when)s") % words
    return _("%(who)s, %(when)s") % words


def updates_of(commitment: Commitment) -> list[dict[str, Any]]:
    """What happened, the latest first, with the evidence: photos as pictures."""
    updates = commitment.updates.select_related("by").prefetch_related("files")
    return [_update_shown(update) for update in updates.order_by("-at", "-pk")]


def _update_shown(update: CommitmentUpdate) -> dict[str, Any]:
    files = list(update.files.all())
    return {
        "update": update,
        "word": UPDATE_WORDS.get(update.step, update.step),
        "who": update.by or update.by_name,
        "files": files,
        "photos": [file for file in files if file.thumbnail],
        "has_evidence": bool(files) or update.step in WITH_EVIDENCE,
        "files_url": reverse("coordination:files", args=["kabar", update.pk]),
    }


def chain_facts(chain: Chain, doors: Doors) -> dict[str, Any]:
    """The four figures, each a link to what it stands on, and the works in it."""
    here = f"{doors.commitment.get_absolute_url()}#kegiatan"
    only = doors.works[0][1] if len(doors.works) == 1 else ""
    promised = f"{doors.meeting}#kesepakatan" if doors.meeting else ""
    nothing = _("no activity linked yet")
    missing = {
        "planned": "" if chain.is_linked else nothing,
        "reported": _("nothing reported yet") if chain.is_linked else nothing,
        "verified": _("nothing verified yet") if chain.is_linked else nothing,
    }
    rows = [
        ("promised", _("Promised"), promised, _("no target in hectares")),
        ("planned", _("Planned"), only or here, missing["planned"]),
        ("reported", _("Reported"), only or here, missing["reported"]),
        ("verified", _("Verified"), doors.verified, missing["verified"]),
    ]
    figures = []
    for name, label, url, absent in rows:
        value = getattr(chain, name)
        figures.append(
            {
                "name": name,
                "label": label,
                "value": value,
                "url": "" if value is None else url,
                "absent": absent or _("unknown: the area has no decree in force"),
            }
        )
    return {"figures": figures, "works": doors.works}


def _names(rows: Any, attribute: str) -> str:
    return ", ".join(getattr(row, attribute) for row in rows)
