"""The entry page saving by itself: small, often, and again after a lost connection.

What can be stored is stored line by line; a refused line stays in the browser with its
sentences. Sent again under its key, a saving is answered again and not done twice.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import html
from core.errors import BusinessRuleError, StaleError, WrongStateError
from core.idempotency import HEADER, Answer, answer_once, fingerprint
from programs import services
from programs.models import ProgressReport
from programs.report_forms import SENT, ReportEntry, version_in
from programs.sheet import bare_sheet, missing_of

JSON = "application/json"


def is_autosave(request: HttpRequest) -> bool:
    """Whether the page's script sends this, and not a form."""
    return request.headers.get("Accept", "").startswith(JSON)


def autosaved(request: HttpRequest, report: ProgressReport) -> HttpResponse:
    """200: saved, with the refused inputs; 409: it cannot be saved now, and why.

    `code` is `stale` where somebody else saved meanwhile, else `wrong_state`.
    """

    def produce() -> Answer:
        return Answer(200, json.dumps(_save(request, report)))

    try:
        answer = answer_once(
            key=request.headers.get(HEADER, ""),
            by=request.user,
            print_of_request=fingerprint("POST", request.path, _sent(request)),
            produce=produce,
        )
    except StaleError as error:
        return _refused(str(error), "stale", 409)
    except WrongStateError as error:
        return _refused(str(error), "wrong_state", 409)
    except BusinessRuleError as error:
        return _refused(str(error), "rule_broken", 400)
    return HttpResponse(answer.body, content_type=JSON, status=answer.status)


def _save(request: HttpRequest, report: ProgressReport) -> dict[str, Any]:
    sheet = bare_sheet(report, request.POST.getlist(SENT))
    entry = ReportEntry(sheet, request.POST)
    report = _stored(request, report, entry)
    now = html.moment(timezone.now())
    return {
        "version": report.version,
        "saved": _("Saved %(now)s.") % {"now": now},
        "missing": _missing(report),
        "refused": {
            field.auto_id: [str(text) for text in field.errors]
            for _panel, field, _text in entry.problems
        },
        "problems": entry.whole_problems,
    }


def _stored(
    request: HttpRequest, report: ProgressReport, entry: ReportEntry
) -> ProgressReport:
    """The report with what can be stored of it; the rest has its sentences by then.

    Most savings are in order: only where something is refused is it sorted out what.
    """

    def save() -> ProgressReport:
        return services.save_report_lines(
            report,
            lines=entry.as_input(without_errors=True),
            note=request.POST.get("note"),
            nil_reason=None if entry.whole_problems else entry.nil_reason,
            version=version_in(request.POST),
            by=request.user,
        )

    if not entry.is_readable:
        entry.is_valid(report)
        return save()
    try:
        return save()
    except WrongStateError:
        raise
    except BusinessRuleError as error:
        entry.add_errors(error)
    return save()


def _missing(report: ProgressReport) -> int:
    """How much the report lacks by now; its lines alone are read again for that."""
    if report.nil_reason:
        return 0
    lines = report.lines.select_related("activity")
    return sum(len(missing_of(line, report.agency_id)) for line in lines)


def _sent(request: HttpRequest) -> bytes:
    """The form without the token of its page, which a reload makes anew."""
    fields = [(k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"]
    return json.dumps(sorted(fields)).encode()


def _refused(sentence: str, code: str, status: int) -> HttpResponse:
    body = json.dumps({"detail": sentence, "code": code})
    return HttpResponse(body, content_type=JSON, status=status)
