"""The log for those whom it is given: rows by filter, looks, seals, export. For everybody else these pages are not there."""

from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinya.kit.audit_seals import seal_file, seal_qr
from xinya.kit.audit_values import masked
from xinya.kit.models import AuditRow, AuditSeal
from xinya.kit.pages import page, sentence_of
from xinya.kit.refusals import Refused

from .. import actions
from ..forms.audit import ExportForm, LogFilter
from ..models import Person
from ..queries import audit as queries
from ..queries import signed_in
from ..rules import has_power

PAGE_SIZE = 50
LINES_A_PIECE = 500


@require_GET
def log_page(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    return _page(request, ExportForm())


def _page(request: HttpRequest, export: ExportForm, status: int = 200) -> HttpResponse:
    person = signed_in(request)
    state = queries.log_state(person)
    form = LogFilter(request.GET)
    before = _number(request.GET.get("before", ""))
    found = queries.log_rows(person, form.wanted(), before=before, limit=PAGE_SIZE) if form.is_valid() else []
    rows = found[:PAGE_SIZE]
    names = queries.actor_names({row.actor for row in rows} | ({state.check.by} if state.check else set()))
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "own_path": reverse("audit"),
        "state": state,
        "check_by": names.get(state.check.by, state.check.by) if state.check else "",
        "check_last": state.check.first + state.check.rows - 1 if state.check else 0,
        "form": form,
        "export": export,
        "rows": [_row(row, names) for row in rows],
        "older_href": f"?{urlencode({**asked, 'before': rows[-1].seq})}" if len(found) > PAGE_SIZE else "",
        "newest_href": f"?{urlencode(asked)}" if before is not None else "",
        "seal": state.seals[0] if state.seals else None,
        "qr": _qr(state.seals[0]) if state.seals else "",
        **_powers(person),
    }
    return page(request, "zones/audit.html", context, section="audit", status=status)


def _powers(person: Person) -> dict[str, bool]:
    return {"may_seal": has_power(person, "seal_audit"), "may_export": has_power(person, "export_audit")}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 19 else None


def _row(row: AuditRow, names: Mapping[str, str]) -> dict[str, object]:
    change = [{"field": field, "old": masked(old), "new": masked(new)} for field, (old, new) in sorted(row.change.items())]
    return {"row": row, "actor": names.get(row.actor, row.actor), "change": change, "reason": row.reason}


def _qr(seal: AuditSeal) -> str:
    label = _("Seal of row %(seq)s") % {"seq": seal.seq}
    return mark_safe(seal_qr(seal, label=label))  # noqa: S308 - drawn here from a number, a hash and a time; the label is escaped


@require_GET
def seal_page(request: HttpRequest, seq: int) -> HttpResponse:
    """One seal, to be printed and kept outside."""
    seal = queries.log_seal(signed_in(request), seq)
    return page(request, "zones/audit_seal.html", {"seal": seal, "qr": _qr(seal), "text": seal_file(seal)}, section="audit")


@require_GET
def seal_download(request: HttpRequest, seq: int) -> HttpResponse:
    """One seal as the file that `xinya audit verify --seal` reads."""
    seal = queries.log_seal(signed_in(request), seq)
    reply = HttpResponse(seal_file(seal) + "\n", content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="xinya-audit-seal-{seal.seq}.json"'
    return reply


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Look through the last rows."""
    verdict = actions.verify_recent(signed_in(request))
    if verdict.ok:
        messages.success(request, _("The rows looked at are whole."))
    else:
        messages.error(request, _("Row %(seq)s is wrong: %(why)s.") % {"seq": verdict.at, "why": verdict.why})
    return redirect("audit")


@require_POST
def seal(request: HttpRequest) -> HttpResponse:
    """Seal the log now."""
    made = actions.seal_log(signed_in(request))
    messages.success(request, _("The log is sealed up to row %(seq)s.") % {"seq": made.seq})
    return redirect("audit")


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows with their hashes, as they are read; itself a row of the log."""
    person = signed_in(request)
    queries.demand_log_power(person, "export_audit")
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        head, lines = actions.export_log(person, first=form.cleaned_data["first"] or 1, last=form.cleaned_data["last"])
    except Refused as refused:
        form.add_error("first", sentence_of(refused))
        return _page(request, form, status=422)
    reply = StreamingHttpResponse(_pieces(lines), content_type="application/x-ndjson; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="xinya-audit-{head.first}-{head.last}.jsonl"'
    return reply


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    while some := list(islice(lines, LINES_A_PIECE)):
        yield "".join(some).encode()
