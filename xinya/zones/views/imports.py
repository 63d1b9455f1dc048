"""Lists on their way into the register: those of a zone, bringing one, and the five steps of one."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xinya.kit.pages import language, page, sentence_of
from xinya.kit.refusals import Refused
from xinya.kit.text import say, values_stored

from .. import actions, queries, rules
from ..actions.import_answers import ONE_BY_ONE
from ..actions.import_indicators import FIGURE
from ..engine.import_states import IMPORT_STATES
from ..engine.imports.desk import CHANGED, OUTCOMES, WAITING
from ..engine.imports.fields import AMOUNT, COUNT, FIELDS
from ..engine.imports.grid import letter_of
from ..engine.imports.labels import COUNT_UNITS, UNITS
from ..engine.imports.tables import squeezed
from ..files import import_copy
from ..files.import_text import KNOWN
from ..forms.imports import CommitForm, ListFileForm, OriginForm, OwnListForm, UndoForm
from ..models import Company, ImportBatch, Person, Zone
from ..queries.import_export import companies_as_csv, companies_as_xlsx
from ..queries.imports import MOVED
from .import_words import change_rows, differing, field_label, finding_row, key_label, reason_word, shown, unit_word
from .open_to import PAGE_SIZE, position, turned

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = ("upload", "columns", "check", "decisions", "commit")
STEP_OF = {
    "uploaded": "upload", "refused": "upload", "read": "columns", "mapped": "check", "previewed": "check", "committed": "commit",
    "undone": "commit", "abandoned": "upload",
}  # fmt: skip
LOOKS_AGAIN_S = "3"
LONGEST_TYPED = 2000
UNITS_OFFERED = ("元", "千元", "万元", "百万元", "亿元")


def import_list(request: HttpRequest, code: str) -> HttpResponse:
    """The lists of a zone, the newest first, and a form to bring one; a company sees and brings its own."""
    person = queries.signed_in(request)
    if request.method != "POST":
        return list_page(request, code)
    zone, company = queries.zone_for_lists(person, code)
    form = (OwnListForm if company else ListFileForm)(request.POST, request.FILES)
    if form.is_valid():
        batch = _brought(person, zone, company, form)
        if batch is not None:
            return redirect("import", code, batch.pk)
    return list_page(request, code, status=422, form=form)


def list_page(
    request: HttpRequest, code: str, *, status: int = 200, form: Any = None, problem: str = "", places: Sequence[str] = ()
) -> HttpResponse:
    """The page of a zone's lists. form: as it was sent, with its errors; problem, places: why an undo from here was refused."""
    person = queries.signed_in(request)
    zone, company = queries.zone_for_lists(person, code)
    may_bring = rules.may_bring_lists(person, zone, company)
    rows, first = queries.batches_listed(person, zone), position(request)
    shown_rows = list(rows[first : first + PAGE_SIZE])
    context = {
        "rows": shown_rows, "form": form or (OwnListForm if company else ListFileForm)(), "problem": problem,
        "findings_of_problem": places, "own_lists": list(queries.own_lists_to_undo(person, zone)[:PAGE_SIZE]),
        "may_bring": may_bring, "company": company,
        "sees_zone": rules.may_read_zone(person, zone),
        **turned(request, first, len(shown_rows), rows.count()),
    }  # fmt: skip
    return page(request, "zones/imports.html", context, zone=zone, section="imports", status=status)


def _brought(person: Person, zone: Zone, company: Company | None, form: ListFileForm | OwnListForm) -> ImportBatch | None:
    file = form.cleaned_data["file"]
    kind = form.cleaned_data.get("kind") or ImportBatch.Kind.COMPANIES
    try:
        wanted = actions.NewList(file.name, file.read(), form.cleaned_data["reason"], kind)
        return actions.bring_list(person, zone=zone, file=wanted, company=company)
    except Refused as refused:
        if refused.status == 404:
            raise
        form.add_error("reason" if refused.code == "same-file" else "file", sentence_of(refused))
        return None


@require_GET
def import_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One list at the step it has come to, or at the one asked for."""
    return step_page(request, code, pk)


def step_page(request: HttpRequest, code: str, pk: int, *, step: str = "", status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a list. step: where a form that was sent is shown again; forms: those with their errors, and `problem`."""
    person = queries.signed_in(request)
    batch = queries.batch_visible(person, pk, code)
    wanted = step or request.GET.get("step", "")
    step = wanted if wanted in _open_steps(batch) else STEP_OF[batch.state]
    context: dict[str, Any] = {
        "batch": batch, "step": step, "steps": _steps(batch, step), "problem": forms.get("problem", ""),
        "findings_of_problem": forms.get("findings", []),
        "may_bring": rules.may_bring_lists(person, batch.zone, batch.company),
        "may_commit": rules.may_commit_lists(person, batch.zone, batch.company),
        "trouble": say(language(), batch.trouble["message"], **values_stored(batch.trouble["values"])) if batch.trouble else "",
        "may_abandon": "abandon" in IMPORT_STATES.verbs_from(batch.state),
        "is_list": batch.kind == ImportBatch.Kind.COMPANIES,
        "no_copy": _no_copy(batch),
        "own_path": request.path if request.method == "GET" else request.path.rsplit("/", 2)[0] + "/",
    }  # fmt: skip
    fill = {"upload": _reading, "columns": _columns, "check": _check, "decisions": _decisions, "commit": _commit}[step]
    if not batch.busy:
        context |= fill(request, person, batch, forms)
    reply = page(request, "zones/import.html", context, zone=batch.zone, section="imports", status=status)
    if batch.busy:
        reply["Refresh"] = LOOKS_AGAIN_S
    return reply


def _no_copy(batch: ImportBatch) -> str:
    """Why no copy with comments is offered; "" where one is."""
    try:
        import_copy.demand_small(batch.counts.get("rows_read", 0) * len(batch.labels))
    except Refused as refused:
        return sentence_of(refused)
    return ""


def _open_steps(batch: ImportBatch) -> tuple[str, ...]:
    """The steps that may be looked at in this state."""
    if batch.kind == ImportBatch.Kind.INDICATORS:
        return {"uploaded": STEPS[:1], "refused": STEPS[:1]}.get(batch.state, ("check", "decisions", "commit"))
    return {
        "uploaded": STEPS[:1], "refused": STEPS[:1], "abandoned": STEPS[:1], "read": STEPS[:2], "mapped": STEPS[:3],
    }.get(batch.state, STEPS)  # fmt: skip


def _steps(batch: ImportBatch, step: str) -> list[dict[str, Any]]:
    words = {
        "upload": _("Upload"), "columns": _("Columns"), "check": _("Check"), "decisions": _("Decisions"), "commit": _("Commit"),
    }  # fmt: skip
    is_open = _open_steps(batch)
    return [
        {"name": name, "word": words[name], "number": n, "current": name == step, "open": name in is_open}
        for n, name in enumerate(STEPS, 1)
    ]


def _reading(request: HttpRequest, person: Person, batch: ImportBatch, forms: dict[str, Any]) -> dict[str, Any]:
    """What reading came to; the questions about the file as a whole."""
    found = [finding_row(row) for row in queries.findings_of(batch)[:PAGE_SIZE]]
    asks = {row["code"] for row in found}
    return {
        "findings": found, "asks_encoding": "ENCODING" in asks, "asks_delimiter": "DELIMITER" in asks,
        "sheets": _sheets(batch) if "TWO_SHEETS" in asks else [],
        "encodings": [name for name in KNOWN if name != "UTF-32"], "delimiters": (",", ";", "tab", "|"),
    }  # fmt: skip


def _sheets(batch: ImportBatch) -> list[str]:
    """The names to choose from, where the file asks which sheet to read."""
    asked = queries.findings_of(batch, reason="TWO_SHEETS").first()
    return [name for name in str(asked.told.get("names", "")).split("\n") if name] if asked is not None else []


def _columns(request: HttpRequest, person: Person, batch: ImportBatch, forms: dict[str, Any]) -> dict[str, Any]:
    """Every column with its label, samples and what it holds."""
    offered = [*UNITS_OFFERED, "人", "家"]
    told = {place: (code, period, unit, clears) for place, code, period, unit, clears in batch.columns}
    rows = []
    for place, label in enumerate(batch.labels, 1):
        code, period, unit, clears = told.get(place, ("", None, None, False))
        samples = batch.samples[place - 1] if place <= len(batch.samples) else []
        rows.append(
            {"place": place, "letter": letter_of(place), "label": label, "samples": samples, "code": code, "period": period or "",
             "unit": unit or "", "unit_word": unit_word(unit or ""), "is_other_unit": (unit or "") not in offered, "clears": clears}
        )  # fmt: skip
    template = queries.last_template(batch.office)
    return {
        "columns": rows, "fields": [(field.code, field_label(field)) for field in FIELDS],
        "yearly": [field_label(field) for field in FIELDS if field.period], "units": [(unit, unit_word(unit)) for unit in offered],
        "all_units": sorted({*UNITS, *COUNT_UNITS}), "amounts": [f.code for f in FIELDS if f.form in (AMOUNT, COUNT)],
        "origin": forms.get("origin") or OriginForm(initial={"as_of": batch.as_of, "source_kind": batch.source_kind}),
        "template": batch.template, "changed_labels": _changed_labels(batch, template),
        "findings": [finding_row(row) for row in queries.findings_of(batch).filter(row=None)[:PAGE_SIZE]],
    }  # fmt: skip


def _changed_labels(batch: ImportBatch, template: Any) -> dict[str, Any] | None:
    """How the labels differ from those of the list that the office read last; nothing where it read none like it."""
    if template is None or template.labels_hash == batch.labels_hash:
        return None
    old, new = {squeezed(one) for one in template.labels if one}, {squeezed(one) for one in batch.labels if one}
    if len(old & new) < max(2, len(new) // 2):
        return None
    return {"day": template.at, "new": sorted(new - old), "gone": sorted(old - new)}


def _check(request: HttpRequest, person: Person, batch: ImportBatch, forms: dict[str, Any]) -> dict[str, Any]:
    """The counts, and either findings of one reason or rows of one outcome."""
    reason, outcome, first = request.GET.get("reason", ""), request.GET.get("outcome", ""), position(request)
    reasons = [one | {"word": reason_word(one["code"])} for one in queries.reasons_of(batch)]
    is_of_rows = outcome in (*OUTCOMES, MOVED) or (not reason and batch.counts.get(CHANGED))
    context: dict[str, Any] = {
        "counts": _counts(batch), "rows_read": batch.counts.get("rows_read", 0), "committed": batch.counts.get("committed", 0),
        "reasons": reasons, "reason": reason, "outcome": outcome if is_of_rows else "", "is_of_rows": bool(is_of_rows),
        "asks_twice": batch.counts.get("asks_twice"),
    }  # fmt: skip
    listed: QuerySet[Any]
    if is_of_rows:
        listed = queries.rows_of(batch, outcome=outcome or CHANGED)
        some = list(listed[first : first + PAGE_SIZE])
        held = queries.facts_held(some, person)
        context["rows"] = [{"row": row, "changes": change_rows(row, held), "values": _values(row)} for row in some]
    else:
        listed = queries.findings_of(batch, reason=reason[:20])
        context["findings"] = [finding_row(row) for row in listed[first : first + PAGE_SIZE]]
    count = len(context.get("rows") or context.get("findings") or ())
    return context | turned(request, first, count, listed.count())


def _values(row: Any) -> list[tuple[str, str]]:
    """The first values of a new company."""
    if row.changes or "value" in row.values:
        return []
    keys = [key for key in row.values if key not in ("idents", "seq", "remark", "name", "credit_code")]
    return [(key_label(key), shown(key, row.values[key])) for key in keys[:4]]


def _counts(batch: ImportBatch) -> list[dict[str, Any]]:
    words = {
        "created": _("new"), "changed": _("changed"), "same": _("the same"), "waiting": _("waiting"), "left_out": _("left out"),
        "joined": _("joined to the row above"),
    }  # fmt: skip
    return [{"name": name, "word": words[name], "n": batch.counts.get(name, 0)} for name in OUTCOMES]


def _decisions(request: HttpRequest, person: Person, batch: ImportBatch, forms: dict[str, Any]) -> dict[str, Any]:
    """What waits: by reason with one answer for all, and row by row."""
    waiting = queries.findings_of(batch).filter(level__in=["ask", "block"]).exclude(row=None)
    is_list = batch.kind == ImportBatch.Kind.COMPANIES
    if not is_list:  # a figure by its number, also one that was left out; other findings are of rows of the sheet
        waiting = batch.findings.filter(field=FIGURE)
    else:
        waiting = waiting.filter(row__in=batch.rows.filter(outcome=WAITING, part=None).values("row"))
    reason, first = request.GET.get("reason", ""), position(request)
    chosen = waiting.filter(code=reason[:20]) if reason else waiting
    some = list(chosen[first : first + PAGE_SIZE])
    names = dict(batch.rows.filter(row__in=[row.row for row in some]).values_list("row", "name"))
    pairs = queries.matches_waiting(batch)
    by_row: dict[int, list[dict[str, Any]]] = {}
    for pair in pairs[: PAGE_SIZE * 3]:
        by_row.setdefault(pair.row, []).append({"pair": pair})
    matches = []
    called = dict(batch.rows.filter(row__in=list(by_row)).values_list("row", "name"))
    for row, candidates in by_row.items():
        for one in candidates:
            one["left"], one["right"] = differing(called.get(row, ""), one["pair"].candidate)
        for one in candidates[1:] if batch.company_id is None and rules.may_merge(person, batch.zone) else ():
            one["twin"] = candidates[0]["pair"].company_id  # both like one name: perhaps the register holds it twice
        matches.append({"row": row, "name": called.get(row, ""), "candidates": candidates})
    jumps = queries.findings_of(batch, reason="UNIT_SUSPECT").filter(row=None)
    decided = queries.rows_decided(batch)
    return {
        "groups": _groups(batch, waiting), "reason": reason, "matches": matches,
        "rows": [
            finding_row(row)
            | {
                "name": names.get(row.row or 0, ""), "was_decided": row.row in decided,
                "typed": request.POST.get(f"value-{row.row}:{row.field}", "")[:LONGEST_TYPED],
            }
            | ({} if is_list else {"field": ""})
            for row in some
            if row.code != "NAME_NEAR"
        ],
        "jumps": [finding_row(row) for row in jumps[:20]],
        **turned(request, first, len(some), chosen.count()),
    }  # fmt: skip


def _groups(batch: ImportBatch, waiting: Any) -> list[dict[str, Any]]:
    """Reasons that wait, each with how many rows and how many proposals."""
    counted = waiting.order_by().values("code", "level")
    counted = counted.annotate(n=Count("row", distinct=True), with_proposal=Count("id", filter=~Q(proposal=[])))
    return [
        one | {"at_once": one["code"] not in ONE_BY_ONE, "word": reason_word(one["code"])} for one in counted.order_by("code")
    ]  # fmt: skip


def _commit(request: HttpRequest, person: Person, batch: ImportBatch, forms: dict[str, Any]) -> dict[str, Any]:
    """What a commit does, what was committed, and the way back."""
    told = batch.counts
    ready = told.get("created", 0) + told.get("changed", 0) + told.get("same", 0)
    return {
        "counts": _counts(batch), "ready": ready if batch.state in ("previewed", "committed") else 0,
        "waiting": told.get("waiting", 0), "asks_twice": told.get("asks_twice"), "blocked": told.get("blocked", 0),
        "rows_read": told.get("rows_read", 0), "committed": told.get("committed", 0),
        "parts": [part | {"at": datetime.datetime.fromisoformat(part["at"])} for part in batch.parts],
        "same_file": queries.same_file_before(batch) if ready else None, "commit_form": forms.get("commit") or CommitForm(),
        "undo_form": forms.get("undo") or UndoForm(), "moved": batch.rows.filter(is_moved=True, part=None).count(),
    }  # fmt: skip


def export_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Every company here with what this person sees of it, as a list that can be brought again."""
    person = queries.signed_in(request)
    zone, _company = queries.zone_for_lists(person, code)
    is_csv = kind == "csv"
    content = companies_as_csv(zone, person) if is_csv else companies_as_xlsx(zone, person)
    reply = HttpResponse(content, content_type="text/csv; charset=utf-8" if is_csv else XLSX)
    reply["Content-Disposition"] = f'attachment; filename="companies-{zone.code}.{kind}"'
    return reply


__all__ = ["export_file", "import_list", "import_page", "list_page", "step_page"]
